import type { JsonValue } from '@runtape/event-log';
import type { Schema } from './schema.ts';

const MAX_DEPTH = 500;

/** What a value must fit into to be JSON: `never` stands for what is not. */
type Json<Value> = Value extends string | number | boolean | null
  ? Value
  : Value extends
        | bigint
        | symbol
        | undefined
        | ((...args: never) => unknown)
        | Date
        | Promise<unknown>
    ? never
    : Value extends object
      ? { [Key in keyof Value]: Json<Exclude<Value[Key], undefined>> | OptionalOf<Value, Key> }
      : JsonValue;

/**
 * Belongs to a parameter, besides its own type: nothing the compiler accepts fits when `Value` is
 * certain not to be JSON. Nothing at all counts as `null`.
 */
export type JsonOnly<Value> = unknown extends Value
  ? unknown
  : [Exclude<Value, void | undefined>] extends [Json<Exclude<Value, void | undefined>>]
    ? unknown
    : NotJson;

interface NotJson {
  readonly 'The result is not JSON: use strings, numbers, booleans, null, arrays, objects.': never;
}

/** The type of a result that was kept as JSON. */
export type Kept<Value> = Value extends void | undefined ? null : Value;

/** An optional property is left out of JSON. */
type OptionalOf<Value, Key extends keyof Value> = undefined extends Value[Key] ? undefined : never;

/**
 * Accepts any JSON value, and takes nothing as `null`: the schema of a result that is not given.
 */
export const anyJson: Schema<JsonValue | void, JsonValue> = {
  '~standard': {
    version: 1,
    vendor: 'runtape',
    validate: (value) => {
      const json = value === undefined ? null : toJson(value);
      return json === undefined ? { issues: [{ message: NOT_JSON }] } : { value: json };
    },
  },
};

/** What to do about a value that is not JSON, as the end of a message. */
export const USE_JSON = 'Use strings, finite numbers, booleans, null, arrays, objects.';
export const NOT_JSON = `It is not JSON. ${USE_JSON}`;

/**
 * Returns a value as JSON would return it: properties that are `undefined` are left out. A value
 * that needs no change is returned itself.
 * @returns `undefined` for what is not JSON: a date, a class instance, a function, NaN, a circle.
 */
export function toJson(value: unknown): JsonValue | undefined {
  return convert(value, 0);
}

function convert(value: unknown, depth: number): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'object':
      if (value === null) return null;
      if (depth > MAX_DEPTH) return undefined;
      return Array.isArray(value) ? convertArray(value, depth) : convertObject(value, depth);
    default:
      return undefined;
  }
}

function convertArray(items: readonly unknown[], depth: number): JsonValue[] | undefined {
  const json: JsonValue[] = [];
  // Not `map`, which skips the holes of a sparse array.
  for (const item of items) {
    const converted = convert(item, depth + 1);
    if (converted === undefined) return undefined;
    json.push(converted);
  }
  return json;
}

function convertObject(given: object, depth: number): JsonValue | undefined {
  if (!isPlain(given)) return undefined;
  const json: [string, JsonValue][] = [];
  for (const [key, item] of Object.entries(given)) {
    if (item === undefined) continue;
    const converted = convert(item, depth + 1);
    if (converted === undefined) return undefined;
    json.push([key, converted]);
  }
  // fromEntries defines properties, so a key such as __proto__ stays a plain key.
  return Object.fromEntries(json);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
