/** Drops fields that are `undefined`, so that a snapshot is the same before and after JSON. */
export function withoutUndefined<Fields extends object>(fields: Fields): Fields {
  const present = { ...fields };
  for (const key in present) {
    if (present[key] === undefined) delete present[key];
  }
  return present;
}
