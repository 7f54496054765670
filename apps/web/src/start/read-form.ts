import { isJsonValue, type JsonValue } from '../ui/json.ts';
import { type Draft, draftOf } from './form-draft.ts';
import type { FormField, ListInput, NumberInput, ObjectInput, TextInput } from './form-field.ts';

/** What a form says. */
export interface FormInput {
  /** `undefined` when nothing was entered. */
  readonly value: JsonValue | undefined;
  /** What is wrong, by the path of the field. */
  readonly problems: ReadonlyMap<string, string>;
}

/** The path of the whole input. */
export const ROOT = '';

export function pathTo(parent: string, name: string | number): string {
  return `${parent}/${name}`;
}

/** Reads what was entered, and says what is wrong with it. */
export function readForm(field: FormField, draft: Draft): FormInput {
  const problems = new Map<string, string>();
  const value = read(field, draft, { path: ROOT, isRequired: true, problems });
  return { value, problems };
}

interface Place {
  readonly path: string;
  readonly isRequired: boolean;
  readonly problems: Map<string, string>;
}

function read(field: FormField, draft: Draft, at: Place): JsonValue | undefined {
  switch (field.kind) {
    case 'object':
      return readObject(field, draft, at);
    case 'list':
      return readList(field, draft, at);
    case 'variant': {
      const chosen = field.variants[Number(draft.text)];
      if (draft.text === '' || chosen === undefined) return readNothing(field, at);
      return read(chosen, draftOf(draft, draft.text), { ...at, path: pathTo(at.path, draft.text) });
    }
    default:
      break;
  }
  if (draft.text.trim() === '') return readNothing(field, at);
  switch (field.kind) {
    case 'text':
      return readText(field, draft.text, at);
    case 'number':
      return readNumber(field, draft.text, at);
    case 'boolean':
      return draft.text === 'true';
    case 'choice':
      return field.options[Number(draft.text)];
    case 'json':
      return readJson(draft.text, at);
  }
}

/** An empty field: left out, `null`, or a mistake. */
function readNothing(field: FormField, { path, isRequired, problems }: Place): null | undefined {
  if (!isRequired) return undefined;
  if (field.isNullable) return null;
  problems.set(path, field.kind === 'choice' || field.kind === 'boolean' ? CHOOSE : FILL_IN);
  return undefined;
}

function readObject(field: ObjectInput, draft: Draft, at: Place): JsonValue | undefined {
  const isLeftOut = !draft.isIncluded && (!at.isRequired || field.isNullable);
  if (isLeftOut) return at.isRequired ? null : undefined;
  return Object.fromEntries(
    field.properties.flatMap(({ name, isRequired, field: property }) => {
      const path = pathTo(at.path, name);
      const value = read(property, draftOf(draft, name), { ...at, path, isRequired });
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function readList(field: ListInput, { entries }: Draft, at: Place): JsonValue | undefined {
  if (entries.length === 0 && !at.isRequired) return undefined;
  if (entries.length === 0 && field.isNullable) return null;
  if (entries.length < field.minItems) {
    at.problems.set(at.path, `Add at least ${countOf(field.minItems, 'entry', 'entries')}.`);
  } else if (entries.length > field.maxItems) {
    at.problems.set(at.path, `Keep at most ${countOf(field.maxItems, 'entry', 'entries')}.`);
  }
  return entries.map(({ key, draft }) => {
    const place = { ...at, path: pathTo(at.path, key), isRequired: true };
    return read(field.item, draft, place) ?? null;
  });
}

function readText(field: TextInput, text: string, { path, problems }: Place): string {
  const { format, minLength, maxLength } = field;
  // JSON Schema counts characters, not UTF-16 units.
  const length = Array.from(text).length;
  if (length < minLength) {
    problems.set(path, `Write at least ${countOf(minLength, 'character', 'characters')}.`);
  } else if (length > maxLength) {
    problems.set(path, `Write at most ${countOf(maxLength, 'character', 'characters')}.`);
  } else if ((format === 'uri' || format === 'url') && !URL.canParse(text)) {
    problems.set(path, 'Enter a whole URL, such as https://example.com.');
  } else if (format === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text)) {
    problems.set(path, 'Enter an email address, such as ada@example.com.');
  } else if (format === 'date-time' && Number.isNaN(Date.parse(text))) {
    problems.set(path, 'Enter a date with a time, such as 2030-01-31T09:00:00Z.');
  }
  return text;
}

function readNumber(field: NumberInput, text: string, { path, problems }: Place): number {
  const number = Number(text.trim());
  const problem = problemOfNumber(field, number);
  if (problem !== null) problems.set(path, problem);
  return number;
}

function problemOfNumber(field: NumberInput, number: number): string | null {
  const { isInteger, minimum, maximum, isAboveMinimum, isBelowMaximum } = field;
  if (!Number.isFinite(number)) return 'Enter a number.';
  if (isInteger && !Number.isSafeInteger(number)) return 'Enter a whole number.';
  if (isAboveMinimum ? number <= minimum : number < minimum) {
    return `Enter ${isAboveMinimum ? 'more than' : 'at least'} ${minimum}.`;
  }
  if (isBelowMaximum ? number >= maximum : number > maximum) {
    return `Enter ${isBelowMaximum ? 'less than' : 'at most'} ${maximum}.`;
  }
  return null;
}

function readJson(text: string, { path, problems }: Place): JsonValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonValue(value) ? value : undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    problems.set(path, `This is not JSON: ${why.slice(0, MAX_REASON)}. Put texts in "quotes".`);
    return undefined;
  }
}

const FILL_IN = 'Fill this in.';
const CHOOSE = 'Choose one.';
const MAX_REASON = 200;

function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
