import { z } from 'zod';
import { defineOperation, noInput, output } from './operation.ts';
import { procedures } from './procedures.ts';
import { defineRoute, noBody, noParams, noQuery } from './route.ts';

/** A workflow definition that clients can start. */
export interface DefinitionInfo {
  readonly name: string;
  /** A name for people; `null` if the schema of the input has none. */
  readonly title: string | null;
  readonly description: string | null;
  /** The JSON Schema (2020-12) of the input; `null` if the library of the schema has none. */
  readonly input: Readonly<Record<string, unknown>> | null;
  /** The names of its own event types. */
  readonly events: readonly string[];
}

const definitionSchema = z.object({
  name: z.string().describe('The name to start it by.'),
  title: z.string().nullable().describe('A name for people; null if there is none.'),
  description: z.string().nullable(),
  input: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('The JSON Schema (2020-12) of the input; null if it is not known.'),
  events: z.array(z.string()).readonly().describe('The names of its own event types.'),
});

const listSchema = z.array(definitionSchema).readonly();

/** Lists the workflow definitions that clients can start, for forms and other tools. */
export const definitions = defineOperation(procedures.definitions, {
  input: noInput,
  output: output<readonly DefinitionInfo[]>(listSchema),
  errors: [],
  route: defineRoute({
    method: 'GET',
    path: '/api/definitions',
    id: 'listDefinitions',
    tag: 'workflows',
    summary: 'Lists the workflows that can be started.',
    params: noParams,
    query: noQuery,
    body: noBody,
    answers: {
      200: {
        description: 'Their names, inputs and events.',
        json: { name: 'Definitions', schema: listSchema },
      },
    },
  }),
});
