import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { createApi } from '@runtape/server';
import { createInProcessQueue, createWorkflowStarter } from '@runtape/engine';
import type { EventLog } from '@runtape/event-log';
import { FanOut } from '@runtape/fan-out';

/** A real server on loopback, without workers. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** The number of workflows that have readers. */
  readonly tails: number;
}

export async function startServer(log: EventLog): Promise<TestServer> {
  const fanOut = new FanOut({ log });
  const api = createApi({
    log,
    fanOut,
    starter: createWorkflowStarter({ log, queue: createInProcessQueue() }),
  });
  const server = createAdaptorServer({ overrideGlobalObjects: false, fetch: api.fetch });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get tails() {
      return fanOut.tailCount;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
      await fanOut.close();
    },
  };
}
