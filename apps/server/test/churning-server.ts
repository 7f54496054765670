import { createHook } from 'node:async_hooks';
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createInProcessQueue,
  createWorker,
  createWorkflowStarter,
  defineWorkflow,
  newWorkflowId,
  startRetention,
} from '@runtape/engine';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { z } from 'zod';
import { readServerEnv } from '../src/env.ts';
import { startServer } from '../src/start-server.ts';
import { type Answer, type Question, questionSchema } from './churning-server-messages.ts';

const MB = 1024 * 1024;
const HOUR_MS = 3_600_000;
const LEASE_MS = 5_000;
const SECRET = 'a secret of the test, long enough to sign with';
const WORKFLOW = 'churn';
const summary = { title: 'Churn', target: 'churn' };

/**
 * A server with a worker, accounts and retention in one process, by a clock that the parent
 * advances. Timers are short, so that heartbeats, sweeps and retention happen many times. Started
 * with `--expose-gc`.
 */
const timers = new Set<number>();
createHook({
  init: (id, type) => {
    if (type === 'Timeout') timers.add(id);
  },
  destroy: (id) => void timers.delete(id),
}).enable();
const warnings: string[] = [];
process.on('warning', (warning) => warnings.push(`${warning.name}: ${warning.message}`));
const report = (error: unknown): void => void warnings.push(String(error));

let aheadMs = 0;
const now = (): number => Date.now() + aheadMs;
const elapsed = (): number => performance.now() + aheadMs;

const [, , file = ''] = process.argv;
const machine = { now: () => Math.floor(elapsed()), boot: 'the only one' };
const log = await openSqliteEventLog({ file, now, machine });
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
  AUTH_SECRET: SECRET,
  MAX_STREAMS_PER_USER: many,
  STREAM_ATTEMPTS_PER_MINUTE: many,
});
const server = await startServer({
  // The settings allow neither a free port nor such a short heartbeat interval.
  env: { ...env, PORT: 0, HEARTBEAT_SECONDS: 0.05 },
  store,
  sweep: false,
  now,
  onError: report,
  onWarning: report,
});

/** Workflows that may continue, by id. */
const released = new Map<string, PromiseWithResolvers<void>>();
const definition = defineWorkflow({
  name: WORKFLOW,
  input: z.object({ waits: z.boolean() }),
  result: z.null(),
  run: async (context, { waits }) => {
    if (waits) {
      const gate = Promise.withResolvers<void>();
      released.set(context.workflowId, gate);
      await gate.promise;
      released.delete(context.workflowId);
    }
    for (let count = 0; count < 20; count += 1) {
      const content = `some words of a text that grows, ${count} `;
      await context.emit('token', { part: 'draft', content, isComplete: false });
    }
    return null;
  },
});
const worker = createWorker({
  log,
  queue,
  definitions: [definition],
  concurrency: 100,
  leaseMs: LEASE_MS,
  sweepMs: 50,
  now,
  elapsed,
  onError: report,
});
await worker.start();
const starter = createWorkflowStarter({ log, queue, now });
const retention = startRetention({
  log,
  retentionMs: HOUR_MS / 2,
  everyMs: 50,
  now,
  onError: report,
});

process.on('message', (message) => {
  const question = questionSchema.parse(message);
  if (question.type === 'stop') void stop();
  else void answer(question).then((said) => process.send?.(said));
});
process.send?.({ url: server.url } satisfies Answer);

async function stop(): Promise<void> {
  await retention.stop();
  await worker.stop({ graceMs: 0 });
  await server.stop({ graceMs: 0 });
  process.disconnect();
}

async function answer(question: Exclude<Question, { type: 'stop' }>): Promise<Answer> {
  switch (question.type) {
    case 'start': {
      const { owner, waits } = question;
      const asked = { workflow: WORKFLOW, input: { waits }, summary, owner };
      return { workflowId: (await starter.start(asked)).workflowId };
    }
    case 'release':
      for (;;) {
        const gate = released.get(question.workflowId);
        if (gate === undefined) {
          await sleep(5);
          continue;
        }
        gate.resolve();
        return {};
      }
    case 'abandon': {
      // In the same turn as its creation, so that no sweep runs in between; the queue is not
      // notified of it.
      const workflowId = newWorkflowId();
      const { owner } = question;
      const created = log.create({
        workflowId,
        workflow: WORKFLOW,
        input: { waits: false },
        summary,
        owner,
      });
      const begun = log.begin(workflowId, { leaseMs: LEASE_MS });
      await Promise.all([created, begun]);
      return { workflowId };
    }
    case 'token':
      return { token: tokenFor(question.owner, now() + question.forMs) };
    case 'advance':
      aheadMs += question.ms;
      return {};
    case 'record': {
      const record = await log.get(question.workflowId);
      return { record: record && { status: record.status, attempt: record.attempt } };
    }
    case 'measure':
      return { measured: await measure() };
  }
}

async function measure() {
  // Memory that finalizers release is freed by the next collection.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await sleep(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  const { workflows } = await log.list({ limit: 200 });
  return {
    heapMb: (heapUsed + external) / MB,
    timers: timers.size,
    sockets: process.getActiveResourcesInfo().filter((type) => type === 'TCPSocketWrap').length,
    kept: workflows.length,
    warnings,
  };
}

/** As an operator's account system would create it. */
function tokenFor(owner: string, untilMs: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'HS256' })}.${part({ sub: owner, exp: Math.ceil(untilMs / 1000) })}`;
  return `${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
}
