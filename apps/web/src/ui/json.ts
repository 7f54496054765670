/** A value of JSON. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is JSON. Only for values that came as JSON: their content is not checked. */
export function isJsonValue(value: unknown): value is JsonValue {
  return (
    value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value)
  );
}
