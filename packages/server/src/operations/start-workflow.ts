import { operations, startWorkflowRoute } from '@runtape/contract';
import { z } from 'zod';
import { implement } from '../http/operation.ts';
import { handleRoute, type Route } from '../http/route.ts';
import { idempotencyKeyOf, startedResponse } from '../http/started-response.ts';
import { startWorkflow } from '../start/start-workflow.ts';
import type { StartableWorkflows } from '../start/startable-workflows.ts';

export const start = implement(
  operations.start,
  async (ctx, input) => await startWorkflow(ctx, input),
);

/** Makes the route of `start`, whose documentation has the body of each definition. */
export function startRouteOf(startable: StartableWorkflows): Route {
  const { all } = startable;
  const shown = all.find(({ rule }) => rule.example !== undefined);
  const route = handleRoute(
    startWorkflowRoute,
    async ({ request, body, ctx }) => {
      const idempotencyKey = body['idempotencyKey'] ?? idempotencyKeyOf(request);
      return startedResponse(
        ctx,
        await startWorkflow(ctx, { ...body, idempotencyKey }, 'The body'),
      );
    },
    { needsUser: true },
  );
  const [first, ...others] = all.map(({ body }) => body);
  if (first === undefined) return route;
  return {
    ...route,
    body: z.discriminatedUnion('workflow', [first, ...others]),
    ...(shown !== undefined && {
      example: { body: { workflow: shown.definition.name, input: shown.rule.example } },
    }),
  };
}
