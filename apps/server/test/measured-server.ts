import { setTimeout as sleep } from 'node:timers/promises';
import {
  createInProcessQueue,
  createWorker,
  createWorkflowStarter,
  defineWorkflow,
} from '@runtape/engine';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { z } from 'zod';
import { readServerEnv } from '../src/env.ts';
import { startServer } from '../src/start-server.ts';
import { type Answer, type Question, questionSchema } from './measured-server-messages.ts';

const MB = 1024 * 1024;

/**
 * A server with a worker in one process. Its parent requests workflows, and the memory usage after
 * garbage collection, over IPC. Started with `--expose-gc`.
 */
const warnings: string[] = [];
process.on('warning', (warning) => warnings.push(`${warning.name}: ${warning.message}`));

const [, , file = ''] = process.argv;
const log = await openSqliteEventLog({ file });
const queue = createInProcessQueue();
const store = {
  log,
  queue,
  description: file,
  [Symbol.asyncDispose]: async () => {
    await queue.close();
    await log.close();
  },
};
const many = '1000000';
const env = readServerEnv({
  WORKERS: '0',
  MAX_STREAMS_PER_USER: many,
  STREAM_ATTEMPTS_PER_MINUTE: many,
});
const report = (error: unknown): void => void warnings.push(String(error));
const server = await startServer({
  env: { ...env, PORT: 0 },
  store,
  onError: report,
  onWarning: report,
});

/** Workflows that may continue, by id. */
const released = new Map<string, PromiseWithResolvers<void>>();

const definition = defineWorkflow({
  name: 'measured',
  input: z.object({ tokens: z.int(), waits: z.boolean() }),
  result: z.null(),
  run: async (context, { tokens, waits }) => {
    if (waits) {
      const gate = Promise.withResolvers<void>();
      released.set(context.workflowId, gate);
      await gate.promise;
      released.delete(context.workflowId);
    }
    const content = 'some words of a text that grows '.repeat(4);
    for (let count = 0; count < tokens; count += 1) {
      await context.emit('token', { part: 'draft', content, isComplete: false });
    }
    return null;
  },
});
const worker = createWorker({
  log,
  queue,
  definitions: [definition],
  concurrency: 200,
  onError: report,
});
await worker.start();
const starter = createWorkflowStarter({ log, queue });

process.on('message', (message) => {
  const question = questionSchema.parse(message);
  if (question.type === 'stop') void stop();
  else void answer(question).then((said) => process.send?.(said));
});
process.send?.({ url: server.url } satisfies Answer);

async function stop(): Promise<void> {
  await worker.stop({ graceMs: 0 });
  await server.stop({ graceMs: 0 });
  process.disconnect();
}

async function answer(question: Exclude<Question, { type: 'stop' }>): Promise<Answer> {
  switch (question.type) {
    case 'start': {
      const { tokens, waits } = question;
      const summary = { title: 'Measured', target: 'memory' };
      const asked = { workflow: 'measured', input: { tokens, waits }, summary };
      return { workflowId: (await starter.start(asked)).workflowId };
    }
    case 'release':
      released.get(question.workflowId)?.resolve();
      return {};
    case 'end':
      while ((await log.get(question.workflowId))?.endedAt === null) await sleep(20);
      return {};
    case 'measure': {
      // Memory that finalizers release is freed by the next collection.
      for (let round = 0; round < 3; round += 1) {
        globalThis.gc?.();
        await sleep(50);
      }
      const { heapUsed, external, rss } = process.memoryUsage();
      return { memory: { heapMb: (heapUsed + external) / MB, rssMb: rss / MB, warnings } };
    }
  }
}
