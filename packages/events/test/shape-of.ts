import { z } from 'zod';
import { patterns, type Shape } from '../src/decode-shape.ts';

type Bounds = Extract<Shape, { number: object }>['number'];

/**
 * Returns the shape that a schema of zod describes.
 * @throws Error for a schema that shapes cannot express, so that nothing is left unchecked.
 */
export function shapeOf(schema: unknown): Shape {
  if (schema instanceof z.ZodObject) return { object: objectShape(schema.shape) };
  if (schema instanceof z.ZodNullable) return { nullable: shapeOf(schema.unwrap()) };
  if (schema instanceof z.ZodOptional) return { optional: shapeOf(schema.unwrap()) };
  if (schema instanceof z.ZodDefault) {
    return { default: schema.def.defaultValue, of: shapeOf(schema.unwrap()) };
  }
  if (schema instanceof z.ZodArray) return { array: shapeOf(schema.element) };
  if (schema instanceof z.ZodRecord) return { record: shapeOf(schema.valueType) };
  if (schema instanceof z.ZodEnum) return { oneOf: schema.options.map(String) };
  if (schema instanceof z.ZodLiteral) return { oneOf: [...schema.values].map(String) };
  if (schema instanceof z.ZodBoolean) return 'boolean';
  if (schema instanceof z.ZodNumber) return { number: boundsOf(schema) };
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) {
    return stringShape(schema);
  }
  // `z.json()` is the only one.
  if (schema instanceof z.ZodLazy) return 'json';
  throw new Error('Shapes cannot express this schema. Extend decode-shape.ts, or change it.');
}

/** Returns the shapes of the fields of an object. */
export function objectShape(fields: Readonly<Record<string, unknown>>): Record<string, Shape> {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, shapeOf(field)]));
}

function stringShape(schema: z.core.$ZodType): Shape {
  const { $schema: _draft, type: _string, format, pattern, ...others } = z.toJSONSchema(schema);
  if (Object.keys(others).length > 0) {
    throw new Error(`Shapes have no texts with ${Object.keys(others).join(', ')}.`);
  }
  if (format === 'uri') return 'url';
  if (pattern === undefined) return 'string';
  for (const name of ['time', 'eventId', 'code'] as const) {
    if (patterns[name].source === pattern) return name;
  }
  throw new Error(`Add the pattern ${pattern} to decode-shape.ts.`);
}

function boundsOf(schema: z.ZodNumber): Bounds {
  const min = schema.minValue ?? -Infinity;
  const max = schema.maxValue ?? Infinity;
  const isIncluded = (value: number): boolean => schema.safeParse(value).success;
  if (max < Number.MAX_SAFE_INTEGER && !isIncluded(max)) {
    throw new Error('Shapes have no exclusive maximum.');
  }
  return {
    ...(schema.isInt && { isInteger: true }),
    ...(min > Number.MIN_SAFE_INTEGER && (isIncluded(min) ? { min } : { above: min })),
    ...(max < Number.MAX_SAFE_INTEGER && { max }),
  };
}
