import { z } from 'zod';

/** A JSON Schema (2020-12), as OpenAPI 3.1 uses them. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const objectSchema = z.record(z.string(), z.unknown());

/**
 * Converts a zod schema to JSON Schema.
 * @param direction `input` for data from clients, `output` for data to clients
 * @param at the JSON pointer of the schema in the document, for its references to itself
 */
export function toJsonSchema(
  schema: z.ZodType,
  direction: 'input' | 'output',
  at: string,
): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: direction,
    // An input of somebody's own workflow may have types that JSON Schema cannot express.
    unrepresentable: direction === 'input' ? 'any' : 'throw',
    override: ({ jsonSchema }) => {
      // Inputs are strict, but a newer server may add fields to its outputs.
      if (direction === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  const text = JSON.stringify(json).replaceAll('"#/$defs/', `"${at}/$defs/`);
  return objectSchema.parse(JSON.parse(text));
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string | undefined;
  readonly schema: JsonSchema;
  readonly example?: string | undefined;
  readonly style?: 'form' | undefined;
  readonly explode?: boolean | undefined;
}

export interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

type Content = Readonly<Record<string, MediaType>>;

export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { description: string; schema: JsonSchema }>>;
  readonly content?: Content | undefined;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content } | undefined;
  readonly responses: Readonly<Record<string, Answer | { readonly $ref: string }>>;
}

/** An OpenAPI 3.1 document; only the fields that are used. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, Answer>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}
