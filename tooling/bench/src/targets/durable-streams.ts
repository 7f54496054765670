import { DurableStreamTestServer } from '@durable-streams/server';
import { eventOf, getRequest, idOf, type LiveServer, type Settings } from './live-server.ts';

const STREAM = '/bench';

/** The reference server of the Durable Streams protocol, in memory; its readers use `live=sse`. */
export async function startDurableStreams({ events }: Settings): Promise<LiveServer> {
  const server = new DurableStreamTestServer({ port: 0, host: '127.0.0.1' });
  const url = await server.start();
  await server.store.create(STREAM, { contentType: 'application/json' });
  const encoder = new TextEncoder();
  return {
    port: Number(new URL(url).port),
    requests: [getRequest(`${STREAM}?offset=-1&live=sse`)],
    publish: async (numbers) => {
      for (const number of numbers) {
        const event = { id: idOf(number), ...eventOf(number, events) };
        await server.store.append(STREAM, encoder.encode(JSON.stringify(event)));
      }
    },
  };
}
