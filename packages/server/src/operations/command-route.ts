import { z } from 'zod';
import { type Operation, routeOf } from '../http/operation.ts';
import { noQuery, type Route } from '../http/route.ts';
import { workflowParams } from './fields.ts';

/** Makes the route of a command to a workflow. Commands are harmless when repeated. */
export function commandRoute<Input extends z.ZodType, const Outcome extends string>(
  command: Operation<Input, { readonly outcome: Outcome }>,
  {
    name,
    outcomes,
    ...doc
  }: {
    /** The last part of the path. */
    readonly name: 'cancel' | 'pause' | 'resume';
    readonly summary: string;
    readonly body: z.ZodType;
    readonly example?: { readonly body: object };
    readonly outcomes: readonly [schemaName: string, ...Outcome[]];
  },
): Route {
  const [schemaName, ...values] = outcomes;
  const json = { name: schemaName, schema: z.object({ outcome: z.enum(values) }) };
  return routeOf(command, {
    method: 'POST',
    path: `/api/workflows/{workflowId}/${name}`,
    id: `${name}Workflow`,
    tag: 'workflows',
    params: workflowParams,
    query: noQuery,
    maxBodyBytes: 16 * 1024,
    refusals: [403, 404, 413, 415],
    ...doc,
    answers: {
      200: { description: 'What came of it, also when there was nothing to do.', json },
      202: { description: 'It is stored; the worker that runs the workflow acts on it.', json },
    },
    status: ({ outcome }) => (outcome === 'requested' ? 202 : 200),
  });
}
