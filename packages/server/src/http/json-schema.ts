import { z } from 'zod';

/** A JSON Schema (2020-12), as OpenAPI 3.1 uses them. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const objectSchema = z.record(z.string(), z.unknown());

/**
 * A zod schema as JSON Schema.
 * @param direction `input`: what a client sends; `output`: what it gets.
 * @param at where it stands in the document, so that what refers to itself can say where that is.
 */
export function toJsonSchema(
  schema: z.ZodType,
  direction: 'input' | 'output',
  at: string,
): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: direction,
    override: ({ jsonSchema }) => {
      // A newer server may say more; what it is sent it takes to the letter.
      if (direction === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  const text = JSON.stringify(json).replaceAll('"#/$defs/', `"${at}/$defs/`);
  return objectSchema.parse(JSON.parse(text));
}
