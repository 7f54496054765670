/** A value of JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return isRecord(value);
}

export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return isList(value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Whether a value is JSON, if it came as JSON: its content is not checked. */
export function isJsonValue(value: unknown): value is JsonValue {
  return value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value);
}

/** How many entries of a value a preview looks at. */
const PREVIEW_ENTRIES = 8;

/**
 * Shows the begin of a value in one line. The time it takes does not depend on the size of the
 * value, apart from the keys of its objects.
 * @param maxChars the length at most, about.
 */
export function previewJson(value: unknown, maxChars: number): string {
  if (typeof value === 'string') {
    const begin = value.slice(0, maxChars);
    return JSON.stringify(value.length > maxChars ? `${begin}…` : begin);
  }
  if (isList(value)) {
    const items = previewEach(value.slice(0, PREVIEW_ENTRIES), maxChars, (item, left) =>
      previewJson(item, left),
    );
    return `[${withRest(items, value.length)}]`;
  }
  if (isRecord(value)) {
    const keys = Object.keys(value);
    const items = previewEach(
      keys.slice(0, PREVIEW_ENTRIES),
      maxChars,
      (key, left) => `${key.slice(0, left)}: ${previewJson(value[key], left)}`,
    );
    return items.length === 0 && keys.length === 0 ? '{}' : `{ ${withRest(items, keys.length)} }`;
  }
  return String(value);
}

function previewEach<Item>(
  items: readonly Item[],
  maxChars: number,
  show: (item: Item, left: number) => string,
): readonly string[] {
  const shown: string[] = [];
  let left = maxChars;
  for (const item of items) {
    if (left <= 0) break;
    const text = show(item, Math.floor(left / 2));
    shown.push(text);
    left -= text.length;
  }
  return shown;
}

function withRest(items: readonly string[], length: number): string {
  return (length > items.length ? [...items, '…'] : items).join(', ');
}
