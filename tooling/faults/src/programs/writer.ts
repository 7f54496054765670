import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createWorker, createWorkflowStarter } from '@runtape/engine';
import { readWorkerEnv } from '@runtape/worker/env';
import { openStore } from '@runtape/worker/open-store';
import { stopOnSignal } from '@runtape/worker/stop-on-signal';
import { writeConcurrently } from './write-concurrently.ts';

/**
 * A worker of the test harness, which also starts its workflows: `POST /?key=…` returns
 * `{workflowId}`. Unlike the product's workflows it writes two parts concurrently, so that there
 * are neighbouring tokens that must not be merged.
 */
const env = readWorkerEnv(process.env);
const store = await openStore(env, console.error);
const worker = createWorker({
  ...store,
  definitions: [writeConcurrently],
  concurrency: env.WORKERS,
  leaseMs: env.LEASE_SECONDS * 1000,
  onError: console.error,
});
const starter = createWorkflowStarter(store);
const server = createServer((request, response) => void answer(request, response));
await worker.start();
server.listen(Number(process.env['PORT']), '127.0.0.1');
await once(server, 'listening');
stopOnSignal({
  process,
  print: console.error,
  stop: async () => {
    server.close();
    server.closeAllConnections();
    await worker.stop({ graceMs: 0 });
    await store[Symbol.asyncDispose]();
  },
});
console.log('The writer is ready.');

async function answer({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const idempotencyKey = new URL(url, 'http://127.0.0.1').searchParams.get('key') ?? '';
  const { name: workflow } = writeConcurrently;
  const summary = { title: 'Two texts at a time', target: 'faults' };
  try {
    const { workflowId } = await starter.start({ workflow, input: null, summary, idempotencyKey });
    response.end(JSON.stringify({ workflowId }));
  } catch (error) {
    response.writeHead(503).end(String(error));
  }
}
