import type { StandardSchemaV1 } from '@standard-schema/spec';
import { EngineError } from '../errors.ts';

/** A schema of any library that implements Standard Schema, such as Zod, Valibot and ArkType. */
export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;

/** The type that a schema accepts. */
export type InferInput<Given extends Schema> = StandardSchemaV1.InferInput<Given>;

/** The type that a schema returns. */
export type InferOutput<Given extends Schema> = StandardSchemaV1.InferOutput<Given>;

/** The answer of a schema. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  /** `issues` in one line, for a message: `items[0].title: Expected a string; …`. */
  | { readonly ok: false; readonly issues: string };

const MAX_ISSUES = 10;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Checks a value, and waits for a schema that is asynchronous. */
export async function check<Given extends Schema>(
  schema: Given,
  value: unknown,
): Promise<Checked<InferOutput<Given>>> {
  return read(await schema['~standard'].validate(value));
}

/**
 * Checks a value at once.
 * @returns `undefined` when the schema is asynchronous.
 */
export function checkSync<Given extends Schema>(
  schema: Given,
  value: unknown,
): Checked<InferOutput<Given>> | undefined {
  const result = schema['~standard'].validate(value);
  if (!(result instanceof Promise)) return read(result);
  // Its answer comes too late, also when it is an error.
  result.catch(() => undefined);
  return undefined;
}

/** @param of what the schema describes, as the end of "The schema of …". */
export function asyncSchema(of: string): EngineError {
  return new EngineError(
    'async_schema',
    `The schema of ${of} is asynchronous, and cannot be waited for here. Use one that answers at once.`,
  );
}

/** Whether a value is a schema of Standard Schema. */
export function isSchema(value: unknown): value is Schema {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  const standard: unknown = Reflect.get(value, '~standard');
  return (
    typeof standard === 'object' &&
    standard !== null &&
    typeof Reflect.get(standard, 'validate') === 'function'
  );
}

function read<Value>(result: StandardSchemaV1.Result<Value>): Checked<Value> {
  return result.issues === undefined
    ? { ok: true, value: result.value }
    : { ok: false, issues: describeIssues(result.issues) };
}

function describeIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  const described = issues.slice(0, MAX_ISSUES).map(({ path = [], message }) => {
    const at = describePath(path);
    return at === '' ? message : `${at}: ${message}`;
  });
  const more = issues.length - described.length;
  return [...described, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function describePath(path: readonly (PropertyKey | StandardSchemaV1.PathSegment)[]): string {
  let text = '';
  for (const segment of path) {
    const key = typeof segment === 'object' ? segment.key : segment;
    if (typeof key === 'number') text += `[${key}]`;
    else if (!IDENTIFIER.test(String(key))) text += `[${JSON.stringify(String(key))}]`;
    else text += text === '' ? String(key) : `.${String(key)}`;
  }
  return text;
}
