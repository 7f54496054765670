import { noBody, type ResponseDoc, type RouteContract } from '@runtape/contract';
import { z } from 'zod';
import {
  type Operation,
  type OpenApiDocument,
  type JsonSchema,
  toJsonSchema,
  type Answer,
  type MediaType,
  type Parameter,
} from '../openapi-document.ts';

const errorSchema = z.object({
  error: z.object({
    code: z.string().describe('Stable; each has a page in docs/errors.'),
    message: z.string().describe('What is wrong and what to do, for a person.'),
    docs: z.string().describe('The page that explains the code.'),
  }),
});

const errorContent = {
  'application/json': { schema: { $ref: '#/components/schemas/Error' } },
} as const;

interface Tag {
  readonly name: string;
  readonly description: string;
}

const tagsOf = (more: readonly Tag[]): readonly Tag[] => [
  { name: 'workflows', description: 'Start, list, read and command workflows.' },
  { name: 'events', description: 'Follow a workflow, as a stream or page by page.' },
  ...more,
  { name: 'threads', description: 'Workflows that belong together.' },
  { name: 'server', description: 'About the server itself.' },
];

/**
 * Makes the OpenAPI document of routes, from the same schemas that check the requests. Pages for
 * people are left out.
 * @param tags those of plugins, with their descriptions
 */
export function describeApi(
  all: readonly RouteContract[],
  { version, tags }: { readonly version: string; readonly tags: readonly Tag[] },
): OpenApiDocument {
  const routes = all.filter(({ isPage = false }) => !isPage);
  const used = new Set(routes.map(({ tag }) => tag));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Runtape',
      version: version === '' ? 'unversioned' : version,
      description: 'Runs LLM workflows and streams what they do to anyone who may watch.',
    },
    // Relative to the document, so that it is right below any path.
    servers: [{ url: '..' }],
    tags: tagsOf(tags).filter(({ name }) => used.has(name)),
    paths: pathsOf(routes),
    components: {
      schemas: schemasOf(routes),
      responses: {
        Error: {
          description: 'Refused, or failed; nothing was sent before.',
          content: errorContent,
        },
        Unauthorized: {
          description: 'The server has accounts, and nobody is signed in.',
          content: errorContent,
        },
        TooMany: {
          description: 'Too many streams are open, or were opened in the last minute.',
          headers: {
            'Retry-After': {
              description: 'After how many seconds to ask again.',
              schema: { type: 'integer' },
            },
          },
          content: errorContent,
        },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
    // A server without accounts requires no token.
    security: [{}, { token: [] }],
  };
}

function pathsOf(routes: readonly RouteContract[]): OpenApiDocument['paths'] {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: describeRoute(route),
    };
  }
  return paths;
}

function schemasOf(routes: readonly RouteContract[]): Readonly<Record<string, JsonSchema>> {
  const schemas: Record<string, JsonSchema> = {};
  const add = (name: string, schema: z.ZodType, direction: 'input' | 'output'): void => {
    schemas[name] ??= toJsonSchema(schema, direction, `#/components/schemas/${name}`);
  };
  add('Error', errorSchema, 'output');
  for (const route of routes) {
    if (hasBody(route)) add(bodyNameOf(route), route.body, 'input');
    for (const { json } of Object.values(route.answers)) {
      if (json !== undefined) add(json.name, json.schema, 'output');
    }
  }
  return schemas;
}

function hasBody({ body }: RouteContract): boolean {
  return !Object.is(body, noBody);
}

function bodyNameOf({ id, bodyName = `${id}Body` }: RouteContract): string {
  return bodyName;
}

const ERROR = { $ref: '#/components/responses/Error' } as const;
const UNAUTHORIZED = { $ref: '#/components/responses/Unauthorized' } as const;
const TOO_MANY = { $ref: '#/components/responses/TooMany' } as const;

function describeRoute(route: RouteContract): Operation {
  const { id, tag, summary, description, body, example = {} } = route;
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
    ...(hasBody(route) && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: {
          'application/json': { schema: refTo(bodyNameOf(route)), example: example.body },
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

function headersOf({ headers = {} }: RouteContract): readonly Parameter[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
}

function answersOf({ tag, answers, refusals = [] }: RouteContract): Operation['responses'] {
  const described: Record<string, Answer | { readonly $ref: string }> = {};
  for (const status of [400, ...refusals, 500, 503]) described[status] = ERROR;
  // Health and documentation are public.
  if (tag !== 'server') described[401] = UNAUTHORIZED;
  if (refusals.includes(429)) described[429] = TOO_MANY;
  for (const [status, doc] of Object.entries(answers)) described[status] = describeAnswer(doc);
  return described;
}

function describeAnswer({ description, json, stream, type, headers }: ResponseDoc): Answer {
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
