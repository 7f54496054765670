import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { initTRPC, tracked } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import superjson from 'superjson';
import { z } from 'zod';
import { listen } from './listen.ts';
import { eventOf, getRequest, idOf, type LiveServer, type Settings } from './live-server.ts';

const eventSchema = z.custom<ReturnType<typeof eventOf> & { id: string }>();

/** A subscription as in tRPC's documentation: a generator per client, over an EventEmitter. */
export async function startTrpcGenerator({ events, heartbeatMs }: Settings): Promise<LiveServer> {
  const emitter = new EventEmitter().setMaxListeners(0);
  const t = initTRPC.create({
    transformer: superjson,
    ...(heartbeatMs !== undefined && { sse: { ping: { enabled: true, intervalMs: heartbeatMs } } }),
  });
  const router = t.router({
    onEvents: t.procedure.subscription(async function* ({ signal }) {
      for await (const [event] of on(emitter, 'event', {
        signal: signal ?? new AbortController().signal,
      })) {
        const { id, ...data } = eventSchema.parse(event);
        yield tracked(id, data);
      }
    }),
  });
  const server = createServer(createHTTPHandler({ router }));
  return {
    port: await listen(server),
    requests: [getRequest('/onEvents')],
    publish: (numbers) => {
      for (const number of numbers) {
        emitter.emit('event', { id: idOf(number), ...eventOf(number, events) });
      }
    },
  };
}
