/** An unvalidated JSON object from a provider. */
export type ForeignObject = Readonly<Record<string, unknown>>;

/** @returns `undefined` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is ForeignObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value itself if it is an object, else an empty object. */
export function asRecord(value: unknown): ForeignObject {
  return isRecord(value) ? value : {};
}
