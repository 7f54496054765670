import { EVENT_ID, type EventId } from './event-id.ts';
import { WORKFLOW_ID, type WorkflowId } from './ids.ts';

/** The patterns that texts of a shape match, by name. */
export const patterns = {
  /** ISO 8601, UTC, a date that exists. */
  time: /^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$/,
  eventId: EVENT_ID,
  workflowId: WORKFLOW_ID,
  /** The code of a failure. */
  code: /^[a-z][a-z0-9_]*$/,
} as const;

interface NumberShape {
  readonly number: {
    readonly isInteger?: true;
    readonly min?: number;
    readonly above?: number;
    readonly max?: number;
  };
}

/** The shape of a JSON value, as data: what a schema of zod says, without the library. */
export type Shape =
  | 'unknown'
  | 'json'
  | 'string'
  | 'boolean'
  | 'url'
  | keyof typeof patterns
  | NumberShape
  | { readonly oneOf: readonly string[] }
  | { readonly nullable: Shape }
  | { readonly optional: Shape }
  | { readonly default: unknown; readonly of: Shape }
  | { readonly array: Shape }
  | { readonly record: Shape }
  /** Other keys are dropped. */
  | { readonly object: Readonly<Record<string, Shape>> };

interface LeafTypes extends Record<keyof typeof patterns, string> {
  readonly unknown: unknown;
  readonly json: unknown;
  readonly string: string;
  readonly boolean: boolean;
  readonly url: string;
  readonly eventId: EventId;
  readonly workflowId: WorkflowId;
}

/** The type of the values of a shape; `unknown` if the shape is not known. */
export type Decoded<Of> = [Shape] extends [Of] ? unknown : ValueOf<Of>;

type ValueOf<Of> = Of extends keyof LeafTypes
  ? LeafTypes[Of]
  : Of extends NumberShape
    ? number
    : Of extends { readonly oneOf: readonly (infer Value)[] }
      ? Value
      : Of extends { readonly nullable: infer Inner }
        ? ValueOf<Inner> | null
        : Of extends { readonly optional: infer Inner }
          ? ValueOf<Inner> | undefined
          : Of extends { readonly default: unknown; readonly of: infer Inner }
            ? ValueOf<Inner>
            : Of extends { readonly array: infer Item }
              ? ValueOf<Item>[]
              : Of extends { readonly record: infer Item }
                ? Record<string, ValueOf<Item>>
                : Of extends { readonly object: infer Fields }
                  ? DecodedFields<Fields>
                  : never;

type OptionalKey<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly optional: Shape } ? Key : never;
}[keyof Fields];

type DecodedFields<Fields> = {
  -readonly [Key in Exclude<keyof Fields, OptionalKey<Fields>>]: ValueOf<Fields[Key]>;
} & { -readonly [Key in OptionalKey<Fields>]?: ValueOf<Fields[Key]> };

/**
 * Decodes a value of a shape.
 * @returns a copy with the keys that the shape knows, without keys named `__proto__`.
 * @throws TypeError when the value has another shape; its message names the key.
 */
export function decodeShape<const Of extends Shape>(
  shape: Of,
  value: unknown,
  key?: string,
): Decoded<Of>;
export function decodeShape(shape: Shape, value: unknown, key = 'message'): unknown {
  if (typeof shape === 'string') return decodeLeaf(shape, value, key);
  if ('object' in shape) return decodeObject(shape.object, value, key);
  if ('nullable' in shape) return value === null ? null : decodeShape(shape.nullable, value, key);
  if ('array' in shape) {
    if (!Array.isArray(value)) return refuse(key);
    return value.map((item) => decodeShape(shape.array, item, key));
  }
  if ('record' in shape) return decodeRecord(shape.record, value, key);
  if ('optional' in shape)
    return value === undefined ? value : decodeShape(shape.optional, value, key);
  if ('default' in shape) {
    return decodeShape(shape.of, value === undefined ? shape.default : value, key);
  }
  const fits =
    'oneOf' in shape
      ? typeof value === 'string' && shape.oneOf.includes(value)
      : isNumber(shape, value);
  return fits ? value : refuse(key);
}

function decodeLeaf(shape: Extract<Shape, string>, value: unknown, key: string): unknown {
  if (shape === 'unknown') return value;
  if (shape === 'json') return decodeJson(value, key);
  if (shape === 'boolean') return typeof value === 'boolean' ? value : refuse(key);
  if (typeof value !== 'string') return refuse(key);
  if (shape === 'string') return value;
  const fits = shape === 'url' ? URL.canParse(value) : patterns[shape].test(value);
  return fits ? value : refuse(key);
}

/** Decodes a value of a shape; `null` when it has another shape. */
export function matchShape<const Of extends Shape>(shape: Of, value: unknown): Decoded<Of> | null {
  try {
    return decodeShape(shape, value);
  } catch {
    return null;
  }
}

function isNumber({ number }: NumberShape, value: unknown): boolean {
  const { isInteger, min = -Infinity, above = -Infinity, max = Infinity } = number;
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (isInteger === true && !Number.isSafeInteger(value)) return false;
  return value >= min && value > above && value <= max;
}

function decodeObject(
  shapes: Readonly<Record<string, Shape>>,
  value: unknown,
  key: string,
): unknown {
  if (!isObject(value)) return refuse(key);
  const decoded: Record<string, unknown> = {};
  for (const name in shapes) {
    const shape = shapes[name];
    if (shape === undefined) continue;
    const item = decodeShape(shape, value[name], name);
    if (item !== undefined) decoded[name] = item;
  }
  return decoded;
}

function decodeRecord(shape: Shape, value: unknown, key: string): unknown {
  if (!isObject(value)) return refuse(key);
  const decoded: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    if (name !== '__proto__') decoded[name] = decodeShape(shape, value[name], name);
  }
  return decoded;
}

function decodeJson(value: unknown, key: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(key);
  return decodeShape(Array.isArray(value) ? { array: 'json' } : { record: 'json' }, value, key);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(key: string): never {
  throw new TypeError(`"${key}" has the wrong form.`);
}
