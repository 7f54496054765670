import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../ui/json.ts';
import type { FormField } from './form-field.ts';

/** What the user has entered for one field. Which part of it counts depends on the field. */
export interface Draft {
  /** A text, a number or JSON as it is typed; of a choice or variant, the index of the option. */
  readonly text: string;
  /** Whether an optional object is part of the input. */
  readonly isIncluded: boolean;
  readonly properties: ReadonlyMap<string, Draft>;
  readonly entries: readonly Entry[];
}

/** An entry of a list, with a key that stays when others are removed. */
interface Entry {
  readonly key: number;
  readonly draft: Draft;
}

const EMPTY: Draft = { text: '', isIncluded: false, properties: new Map(), entries: [] };

/**
 * Returns the draft of a field before anything is entered.
 * @param value the value to begin with. Default: that of the schema.
 */
export function newDraft(field: FormField, value: JsonValue | undefined = field.initial): Draft {
  switch (field.kind) {
    case 'text':
      return { ...EMPTY, text: typeof value === 'string' ? value : '' };
    case 'number':
      return { ...EMPTY, text: typeof value === 'number' ? String(value) : '' };
    case 'boolean':
      return { ...EMPTY, text: typeof value === 'boolean' ? String(value) : '' };
    case 'json':
      return { ...EMPTY, text: value === undefined ? '' : JSON.stringify(value, null, 2) };
    case 'choice': {
      const index = field.options.findIndex((option) => isSame(option, value));
      const only = field.options.length === 1 && !field.isNullable ? '0' : '';
      return { ...EMPTY, text: index < 0 ? only : String(index) };
    }
    case 'list':
      return isJsonList(value)
        ? {
            ...EMPTY,
            entries: value.map((one, key) => ({ key, draft: newDraft(field.item, one) })),
          }
        : EMPTY;
    case 'object': {
      const given = isJsonObject(value) ? value : null;
      return {
        ...EMPTY,
        isIncluded: given !== null,
        properties: new Map(
          field.properties.map(({ name, field: property }) => [
            name,
            newDraft(property, ownValue(given, name)),
          ]),
        ),
      };
    }
    case 'variant':
      return {
        ...EMPTY,
        text: '0',
        properties: new Map(field.variants.map((variant, at) => [String(at), newDraft(variant)])),
      };
  }
}

/** Returns a list with one more entry. */
export function addEntry(draft: Draft, item: FormField): Draft {
  const key = Math.max(-1, ...draft.entries.map((entry) => entry.key)) + 1;
  return { ...draft, entries: [...draft.entries, { key, draft: newDraft(item) }] };
}

/** Returns an object or variant with another draft for one of its parts. */
export function changeProperty(draft: Draft, name: string, property: Draft): Draft {
  return { ...draft, properties: new Map(draft.properties).set(name, property) };
}

/** Returns the draft of one part of an object or variant. */
export function draftOf(draft: Draft, name: string): Draft {
  return draft.properties.get(name) ?? EMPTY;
}

function ownValue(value: JsonObject | null, name: string): JsonValue | undefined {
  return value !== null && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isSame(a: JsonValue, b: JsonValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
