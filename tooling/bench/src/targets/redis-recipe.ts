import { on } from 'node:events';
import { createServer } from 'node:http';
import { initTRPC, tracked } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { Redis } from 'ioredis';
import superjson from 'superjson';
import { z } from 'zod';
import { listen } from './listen.ts';
import { getRequest, trpcInput, type LiveServer, type Settings } from './live-server.ts';

const messageSchema = z.tuple([z.string(), z.string()]);
/** An entry as writers store and announce it. */
export const entrySchema = z.object({ id: z.string(), data: z.unknown() });

/**
 * The usual recipe: history in a list, live events by PUBLISH, and one subscribing connection to
 * Redis per client, read by a tRPC generator.
 */
export async function startRedisRecipe({
  redisUrl = '',
  workflowIds = [],
}: Settings): Promise<LiveServer & { requestOf(workflowId: string): string }> {
  const redis = new Redis(redisUrl);
  const t = initTRPC.create({ transformer: superjson });
  const router = t.router({
    onEvents: t.procedure
      .input(z.object({ workflowId: z.string() }))
      .subscription(async function* ({ input, signal = new AbortController().signal }) {
        const subscriber = new Redis(redisUrl);
        try {
          await subscriber.subscribe(input.workflowId);
          const messages = on(subscriber, 'message', { signal });
          const historyServer = await redis.lrange(`${input.workflowId}:history`, 0, -1);
          for (const text of historyServer.toReversed()) yield entryOf(text);
          for await (const message of messages) yield entryOf(messageSchema.parse(message)[1]);
        } finally {
          subscriber.disconnect();
        }
      }),
  });
  return {
    port: await listen(createServer(createHTTPHandler({ router }))),
    requests: workflowIds.map(requestOf),
    requestOf,
    publish: unpublished,
  };
}

function entryOf(text: string) {
  const { id, data } = entrySchema.parse(JSON.parse(text));
  return tracked(id, data);
}

export function unpublished(): never {
  throw new TypeError('Another process publishes.');
}

function requestOf(workflowId: string): string {
  return getRequest(`/onEvents?input=${trpcInput({ workflowId })}`);
}
