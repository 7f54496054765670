import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createChannel, createSession } from 'better-sse';
import { listen } from './listen.ts';
import { eventOf, getRequest, idOf, type LiveServer, type Settings } from './live-server.ts';

/** better-sse as in its documentation: a session per request, and one channel for all. */
export async function startBetterSse({ events, heartbeatMs }: Settings): Promise<LiveServer> {
  const channel = createChannel();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    channel.register(await createSession(request, response, { keepAlive: heartbeatMs ?? null }));
  };
  const server = createServer((request, response) => void answer(request, response));
  return {
    port: await listen(server),
    requests: [getRequest('/')],
    publish: (numbers) => {
      for (const number of numbers) {
        const event = { id: idOf(number), ...eventOf(number, events) };
        channel.broadcast(event, event.type, { eventId: event.id });
      }
    },
  };
}
