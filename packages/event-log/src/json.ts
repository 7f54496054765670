import { z } from 'zod';

/** Any value that JSON can represent. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

export const jsonSchema: z.ZodType<JsonValue> = z.json();

/** Writes JSON with sorted keys, so that equal values give equal texts. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: JsonValue) => withSortedKeys(part));
}

function withSortedKeys(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // fromEntries defines properties, so a key such as __proto__ stays a plain key.
  return Object.fromEntries(sorted);
}
