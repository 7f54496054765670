/** The characters of numbers, `true`, `null` and the like, about. */
const SCALAR = 8;

/** Returns the approximate length of a JSON value as text, in characters. */
export function measureJson(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return SCALAR;
  let chars = 2;
  if (Array.isArray(value)) for (const item of value) chars += measureJson(item) + 1;
  else for (const [key, item] of Object.entries(value)) chars += key.length + measureJson(item) + 4;
  return chars;
}
