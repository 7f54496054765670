import { once } from 'node:events';
import { connect } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createApi } from '@runtape/api';
import { createInProcessQueue, createWorkflowStarter } from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { FanOut } from '@runtape/fan-out';
import { answerOnNode, serveStream } from '../src/index.ts';

/** A real server on loopback whose streams go to their sockets. */
export async function startServer(encoding: 'gzip' | null = null) {
  const log = createMemoryEventLog({});
  const fanOut = new FanOut({ log });
  const errors: unknown[] = [];
  const api = createApi({
    log,
    fanOut,
    starter: createWorkflowStarter({ log, queue: createInProcessQueue() }),
    samples: () => [],
    allowLocal: false,
    onError: (error) => errors.push(error),
  });
  const plain = answerOnNode(api.fetch);
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: async (request, bindings) => {
      if (encoding === null) return await plain(request, bindings);
      const response = await api.fetch(request);
      return serveStream(response, { ...bindings, encoding }) ? RESPONSE_ALREADY_SENT : response;
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  const { port } = address;
  return {
    log,
    fanOut,
    errors,
    url: `http://127.0.0.1:${port}`,
    /** Sends text as it is, and collects what comes. */
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
