import { formatFieldOf, operations } from '@runtape/contract';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { implement } from '../http/operation.ts';
import { handleRoute, type Route } from '../http/route.ts';
import { streamWorkflowAsSse, wantsPage } from '../http/workflow-sse.ts';
import { parseCursorParam } from '../read/cursor-param.ts';
import { readPage } from '../read/read-page.ts';

const SECOND_MS = 1000;

export const workflowEvents = implement(
  operations.workflowEvents,
  async (ctx, { workflowId, after, limit, types, contains }, signal) =>
    await readPage(ctx, {
      workflowId,
      after: parseCursorParam(after, 'after'),
      limit,
      types: types && new Set(types),
      contains,
      signal,
    }),
);

/**
 * Makes the route that streams a workflow's events; a client that accepts only JSON gets a page of
 * them.
 * @param formats the formats of plugins
 */
export const workflowEventsRouteOf = (formats: readonly string[]): Route => {
  const { route } = operations.workflowEvents;
  const contract = { ...route, query: route.query.extend({ format: formatFieldOf(formats) }) };
  return handleRoute(contract, async ({ request, params, query, ctx }) => {
    const { format, types, replay, limit, wait } = query;
    // An EventSource reconnects with its first URL; its header has the newer cursor.
    const after =
      parseCursorParam(request.headers.get('last-event-id'), 'Last-Event-ID') ??
      parseCursorParam(query.lastEventId, 'lastEventId') ??
      parseCursorParam(query.after, 'after');
    const { encoders } = ctx;
    if (wantsPage(request)) {
      const { signal } = request;
      const options = { limit, types: types && new Set(types), waitMs: wait * SECOND_MS };
      return Response.json(await readPage(ctx, { ...params, ...options, after, signal }), {
        headers: { Vary: 'Accept' },
      });
    }
    const record = await findWorkflow(ctx, params.workflowId);
    const encoder = encoders.get(format);
    if (encoder === undefined) throw new Error(`The format ${format} has no encoder.`);
    const headers = { Vary: 'Accept' };
    return streamWorkflowAsSse(ctx, { request, record, after, replay, types, encoder, headers });
  });
};
