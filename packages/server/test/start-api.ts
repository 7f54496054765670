import { createAdaptorServer } from '@hono/node-server';
import { createInProcessQueue, createWorkflowStarter } from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import {
  githubContracts,
  githubPlugin,
  type GithubPluginSettings,
} from '@runtape/github-workflows/server';
import { FanOut } from '@runtape/fan-out';
import { toNodeFetch } from '@runtape/node-http';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type ApiOptions, createApi } from '../src/index.ts';

export const samples = [
  {
    name: 'doubled',
    title: 'Tokens arrive twice',
    summary: 'A bug.',
    issue: '# Tokens arrive twice',
  },
  { name: 'slow', title: 'The page is slow', summary: 'Another.', issue: '# The page is slow' },
];

/** The options of the API, and of the plugin that it has. */
export type ApiTestOptions = Partial<ApiOptions> & GithubPluginSettings;

/** Starts an API with the workflows for GitHub, on an in-memory log, without workers. */
export function startApi({
  samples: given = () => samples,
  allowLocal = true,
  canPost,
  githubHost,
  permissions,
  plugins = [],
  ...options
}: ApiTestOptions = {}) {
  const github = githubPlugin({ samples: given, allowLocal, canPost, githubHost, permissions });
  const log = options.log ?? createMemoryEventLog({});
  const fanOut = options.fanOut ?? new FanOut({ log });
  const errors: unknown[] = [];
  const starter = createWorkflowStarter({ log, queue: createInProcessQueue() });
  const api = createApi({
    log,
    fanOut,
    starter,
    workflows: githubContracts,
    plugins: [github, ...plugins],
    onError: (error) => errors.push(error),
    ...options,
  });
  return {
    log,
    fanOut,
    api,
    /** The errors reported to `onError`. */
    errors,
    caller: api.router.createCaller(api.context),
    [Symbol.asyncDispose]: () => fanOut.close(),
  };
}

/** Serves an API on a free port of loopback. */
export async function listen({ fetch }: { fetch: (request: Request) => Promise<Response> }) {
  const server = createAdaptorServer({
    fetch: toNodeFetch(fetch),
    overrideGlobalObjects: false,
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
