import type { Schema } from '@runtape/engine/define';
import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

const jsonSchemaSchema = z.record(z.string(), z.unknown());

/**
 * Returns the JSON Schema (2020-12) of what a schema accepts.
 * @returns `null` when its library cannot say, or JSON Schema cannot express it.
 */
export function inputJsonSchema(schema: Schema): JsonSchema | null {
  try {
    const { $schema: _, ...json } = jsonSchemaSchema.parse(convert(schema));
    return json;
  } catch {
    return null;
  }
}

function convert(schema: Schema): unknown {
  if (isZod(schema)) return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const standard: unknown = Reflect.get(schema['~standard'], 'jsonSchema');
  const input = isObject(standard) ? standard['input'] : undefined;
  if (typeof input !== 'function') return null;
  return Reflect.apply(input, standard, [{ target: 'draft-2020-12' }]);
}

/** Also of another copy of zod 4. */
function isZod(schema: Schema): schema is z.ZodType {
  return '_zod' in schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
