import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { listen } from './listen.ts';
import { eventOf, getRequest, idOf, type LiveServer, type Settings } from './live-server.ts';

/** hono's `streamSSE`: a stream per client, and a write per event. */
export async function startHono({ events }: Settings): Promise<LiveServer> {
  const streams = new Set<SSEStreamingApi>();
  const app = new Hono();
  app.get('/', (c) =>
    streamSSE(c, async (stream) => {
      streams.add(stream);
      const left = new AbortController();
      stream.onAbort(() => {
        streams.delete(stream);
        left.abort();
      });
      await once(left.signal, 'abort');
    }),
  );
  return {
    port: await listen(createAdaptorServer({ fetch: app.fetch })),
    requests: [getRequest('/')],
    publish: (numbers) => {
      for (const number of numbers) {
        const event = { id: idOf(number), ...eventOf(number, events) };
        const message = { event: event.type, data: JSON.stringify(event), id: event.id };
        for (const stream of streams) void stream.writeSSE(message);
      }
    },
  };
}
