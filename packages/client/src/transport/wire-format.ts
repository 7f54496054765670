/**
 * The wire format of superjson, as far as the contract needs it: inputs and outputs are JSON, in
 * which fields may be `undefined`. The library itself is a fifth of what a browser may load.
 */

/** How superjson writes `undefined`, the input of a procedure without one. */
const NOTHING = { json: null, meta: { values: ['undefined'], v: 1 } };

/** Fields that are `undefined` are left out, as in any JSON. */
export function serialize(value: unknown): unknown {
  return value === undefined ? NOTHING : { json: value };
}

/**
 * Reads a value, in place: nothing else refers to what was just parsed.
 * @throws TypeError when it has another form, or contains more than JSON and `undefined`.
 */
export function deserialize(payload: unknown): unknown {
  if (!isObject(payload) || !('json' in payload)) throw new TypeError('There is no "json".');
  const { json, meta } = payload;
  const values = isObject(meta) ? meta['values'] : undefined;
  if (values === undefined) return json;
  if (isUndefined(values)) return undefined;
  if (!isObject(values)) throw new TypeError('The metadata has the wrong form.');
  for (const [path, type] of Object.entries(values)) {
    if (!isUndefined(type)) throw new TypeError('A value is neither JSON nor undefined.');
    remove(json, path);
  }
  return json;
}

/** @param path keys, joined with dots; a dot or backslash within a key follows a backslash. */
function remove(json: unknown, path: string): void {
  const keys = [...path.matchAll(/(?:^|\.)((?:\\.|[^\\.])*)/g)].map(([, key = '']) =>
    key.replace(/\\(.)/g, '$1'),
  );
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), json);
  if (isObject(parent)) Reflect.deleteProperty(parent, last);
}

function isUndefined(type: unknown): boolean {
  return Array.isArray(type) && type[0] === 'undefined';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
