import { sharedEventsRoute as contract, subscriptionName } from '@runtape/contract';
import type { ClientConnection } from '../broadcast/client-connection.ts';
import { sseResponse } from '../broadcast/sse-response.ts';
import { MultiplexedStream } from '../multiplexed/multiplexed-stream.ts';
import { handleRoute } from '../http/route.ts';
import { parseCursorParam } from '../read/cursor-param.ts';

export const sharedEventsRoute = handleRoute(contract, async ({ request, body, ctx }) => {
  const workflows = body.streams.map(({ after, types, ...stream }) => ({
    ...stream,
    after: parseCursorParam(after),
    types: types === undefined ? undefined : new Set(types),
  }));
  const threads = body.threads.map((thread) => ({
    ...thread,
    subscription: subscriptionName(thread),
  }));
  const { multiplexedJson: json, multiplexedEncoder: encoder } = ctx.broadcaster.encoders;
  const count = workflows.length + threads.length;
  const open = (connection: ClientConnection) =>
    new MultiplexedStream({ context: ctx, connection, workflows, threads, encoder, json });
  return sseResponse(ctx, { request, surface: 'shared', count, open });
});
