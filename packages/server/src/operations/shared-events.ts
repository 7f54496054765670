import { sharedEventsRoute as contract, subscriptionName } from '@runtape/contract';
import type { Connection } from '../broadcast/client-connection.ts';
import { eventStream } from '../broadcast/sse-response.ts';
import { SharedStream } from '../multiplexed/multiplexed-stream.ts';
import { handleRoute } from '../http/route.ts';
import { readCursor } from '../read/cursor-param.ts';

export const sharedEventsRoute = handleRoute(contract, async ({ request, body, ctx }) => {
  const workflows = body.streams.map(({ after, types, ...asked }) => ({
    ...asked,
    after: readCursor(after),
    types: types === undefined ? undefined : new Set(types),
  }));
  const threads = body.threads.map((asked) => ({
    ...asked,
    subscription: subscriptionName(asked),
  }));
  const { shared: json, sharedWriter: writer } = ctx.live.messages;
  const count = workflows.length + threads.length;
  const open = (connection: Connection) =>
    new SharedStream({ context: ctx, connection, workflows, threads, writer, json });
  return eventStream(ctx, { request, surface: 'shared', count, open });
});
