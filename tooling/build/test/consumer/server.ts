import { createAdaptorServer } from '@hono/node-server';
import { createWorkflowStarter } from '@runtape/engine';
import { FanOut } from '@runtape/fan-out';
import { toNodeFetch } from '@runtape/node-http';
import { createApi } from '@runtape/server';
import { openStore } from './open-store.ts';

const { log, queue } = await openStore();
const starter = createWorkflowStarter({ log, queue });
const api = createApi({
  log,
  starter,
  fanOut: new FanOut({ log }),
});

/** Starts a workflow at `/countdown`; everything else is answered by the API. */
async function answer(request: Request): Promise<Response> {
  if (new URL(request.url).pathname !== '/countdown') return await api.fetch(request);
  const started = await starter.start({
    workflow: 'countdown',
    input: { from: 6 },
    summary: { title: 'Count down', target: 'zero' },
  });
  return Response.json(started);
}

const server = createAdaptorServer({ fetch: toNodeFetch(answer) });
server.listen(0, '127.0.0.1', () => console.log(`Listens: ${JSON.stringify(server.address())}`));
