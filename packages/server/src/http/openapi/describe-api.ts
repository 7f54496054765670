import { z } from 'zod';
import type { Route } from '../route.ts';
import { describeRoute } from './describe-route.ts';
import type { Operation, OpenApiDocument } from '../openapi-document.ts';
import { type JsonSchema, toJsonSchema } from '../json-schema.ts';

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

const tags = [
  { name: 'workflows', description: 'Start, list, read and command workflows.' },
  { name: 'events', description: 'Follow a workflow, as a stream or page by page.' },
  { name: 'chat', description: 'Ask about a repository in one request.' },
  { name: 'threads', description: 'Workflows that belong together.' },
  { name: 'server', description: 'About the server itself.' },
] as const;

/** The OpenAPI document of routes. The schemas in it are the ones that check the requests. Pages for people are left out. */
export function describeApi(all: readonly Route[], version: string): OpenApiDocument {
  const routes = all.filter(({ isPage = false }) => !isPage);
  const used = new Set(routes.map(({ tag }) => tag));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Runtape',
      version: version === '' ? 'unversioned' : version,
      description: 'Runs LLM workflows and streams what they do to anyone who may watch.',
    },
    // Relative to where the document is: below whatever path the server is served.
    servers: [{ url: '..' }],
    tags: tags.filter(({ name }) => used.has(name)),
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
    // A server without accounts asks for nothing.
    security: [{}, { token: [] }],
  };
}

function pathsOf(routes: readonly Route[]): OpenApiDocument['paths'] {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: describeRoute(route),
    };
  }
  return paths;
}

function schemasOf(routes: readonly Route[]): Readonly<Record<string, JsonSchema>> {
  const schemas: Record<string, JsonSchema> = {};
  const add = (name: string, schema: z.ZodType, direction: 'input' | 'output'): void => {
    schemas[name] ??= toJsonSchema(schema, direction, `#/components/schemas/${name}`);
  };
  add('Error', errorSchema, 'output');
  for (const { bodySchema, answers } of routes) {
    if (bodySchema !== null) add(bodySchema.name, bodySchema.schema, 'input');
    for (const { json } of Object.values(answers)) {
      if (json !== undefined) add(json.name, json.schema, 'output');
    }
  }
  return schemas;
}
