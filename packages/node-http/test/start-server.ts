import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createApi } from '@runtape/server';
import { createInProcessQueue, createWorkflowStarter } from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { FanOut } from '@runtape/fan-out';
import { toNodeFetch, serveStream, type ServeStreamOptions } from '../src/index.ts';

/**
 * A real server on loopback that writes streams to their sockets.
 * @param options how streams are served. Default: as by `toNodeFetch`.
 */
export async function startServer(options?: Omit<ServeStreamOptions, 'outgoing'>) {
  const log = createMemoryEventLog({});
  const fanOut = new FanOut({ log });
  const errors: unknown[] = [];
  const api = createApi({
    log,
    fanOut,
    starter: createWorkflowStarter({ log, queue: createInProcessQueue() }),
    onError: (error) => errors.push(error),
  });
  const plain = toNodeFetch(api.fetch);
  const requests: WeakRef<Request>[] = [];
  const sockets: Socket[] = [];
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: async (request, bindings) => {
      requests.push(new WeakRef(request));
      if (options === undefined) return await plain(request, bindings);
      const response = await api.fetch(request);
      return serveStream(response, { ...bindings, ...options }) ? RESPONSE_ALREADY_SENT : response;
    },
  });
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  const { port } = address;
  return {
    log,
    fanOut,
    errors,
    /** All requests, as long as they are referenced. */
    requests,
    /** The server's sockets, in the order in which they were opened. */
    sockets,
    url: `http://127.0.0.1:${port}`,
    /** Sends raw text, and collects the response. */
    raw(text: string) {
      const socket = connect(port, '127.0.0.1').setEncoding('utf8');
      const received = { text: '', isEnded: false, socket };
      socket.on('data', (piece: string) => (received.text += piece));
      socket.on('close', () => (received.isEnded = true));
      socket.write(text);
      return received;
    },
    [Symbol.asyncDispose]: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
      await fanOut.close();
    },
  };
}
