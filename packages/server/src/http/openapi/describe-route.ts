import type { z } from 'zod';
import type { AnswerDoc, Route } from '../route.ts';
import type { Answer, MediaType, Operation, Parameter } from '../openapi-document.ts';
import { toJsonSchema } from '../json-schema.ts';

const ERROR = { $ref: '#/components/responses/Error' } as const;
const UNAUTHORIZED = { $ref: '#/components/responses/Unauthorized' } as const;
const TOO_MANY = { $ref: '#/components/responses/TooMany' } as const;

/** A route as OpenAPI says it. */
export function describeRoute(route: Route): Operation {
  const { id, tag, summary, description, bodySchema, example = {} } = route;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    parameters: [
      ...fields('path', route.params),
      ...fields('query', route.query, example.query),
      ...headersOf(route),
    ],
    ...(bodySchema !== null && {
      requestBody: {
        required: !bodySchema.schema.safeParse(undefined).success,
        content: {
          'application/json': { schema: refTo(bodySchema.name), example: example.body },
        },
      },
    }),
    responses: answersOf(route),
  };
}

function refTo(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function fields(
  place: 'path' | 'query',
  { shape }: z.ZodObject,
  examples: Readonly<Record<string, string>> = {},
): readonly Parameter[] {
  return Object.entries<z.ZodType>(shape).map(([name, field]) => {
    const { description, ...schema } = toJsonSchema(field, 'output', '#');
    const isList = schema['type'] === 'array';
    return {
      name,
      in: place,
      required: place === 'path',
      description: typeof description === 'string' ? description : undefined,
      schema,
      example: examples[name],
      style: isList ? 'form' : undefined,
      explode: isList ? false : undefined,
    };
  });
}

function headersOf({ headers = {} }: Route): readonly Parameter[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
}

function answersOf({ tag, answers, refusals = [] }: Route): Operation['responses'] {
  const described: Record<string, Answer | { readonly $ref: string }> = {};
  for (const status of [400, ...refusals, 500, 503]) described[status] = ERROR;
  // Whoever asks may know that the server is there, and how to ask.
  if (tag !== 'server') described[401] = UNAUTHORIZED;
  if (refusals.includes(429)) described[429] = TOO_MANY;
  for (const [status, doc] of Object.entries(answers)) described[status] = describeAnswer(doc);
  return described;
}

function describeAnswer({ description, json, stream, type, headers }: AnswerDoc): Answer {
  const content: Record<string, MediaType> = {
    ...(json !== undefined && { 'application/json': { schema: refTo(json.name) } }),
    ...(stream !== undefined && {
      'text/event-stream': { schema: { type: 'string' }, example: stream },
    }),
    ...(type !== undefined && { [type]: { schema: { type: 'string' } } }),
  };
  return {
    description,
    ...(headers !== undefined && { headers: describeHeaders(headers) }),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

function describeHeaders(
  headers: Readonly<Record<string, string>>,
): NonNullable<Answer['headers']> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  );
}
