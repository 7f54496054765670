import { sleep } from '@runtape/async';
import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import type { WorkflowId } from '@runtape/events';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { createBullmqQueue } from '../src/bullmq/index.ts';
import {
  createWorker,
  createWorkflowStarter,
  defineWorkflow,
  RetryableError,
  type Worker,
  type WorkflowContext,
  type WorkflowQueue,
} from '../src/index.ts';

/** So rarely that only the queue can have delivered the messages. */
const NO_SWEEP_MS = 10 * 60_000;
const PATIENCE = { interval: 10 };

const define = (run: (ctx: WorkflowContext) => Promise<unknown>) =>
  defineWorkflow({ name: 'test', input: z.null(), result: z.unknown(), run });

/** Several processes that share a store and a Redis. */
function openHarness() {
  const store = new MemoryStore();
  const log = createMemoryEventLog({ store });
  const prefix = `engine-test-${crypto.randomUUID()}`;
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const openQueue = (): WorkflowQueue => {
    const queue = createBullmqQueue({ url: inject('redisUrl'), prefix, onError });
    onTestFinished(() => queue.close());
    return queue;
  };
  const starter = createWorkflowStarter({ log, queue: openQueue(), onError });
  return {
    log,
    errors,
    start: async (): Promise<WorkflowId> => {
      const summary = { title: 'A title', target: 'somewhere' };
      return (await starter.start({ workflow: 'test', input: null, summary })).workflowId;
    },
    cancel: (workflowId: WorkflowId) => starter.cancel(workflowId),
    enqueue: (workflowId: WorkflowId) => openQueue().enqueue(workflowId, { delayMs: 0 }),
    work: async (run: (ctx: WorkflowContext) => Promise<unknown>): Promise<Worker> => {
      const worker = createWorker({
        log: createMemoryEventLog({ store }),
        queue: openQueue(),
        definitions: [define(run)],
        sweepMs: NO_SWEEP_MS,
        onError,
      });
      await worker.start();
      onTestFinished(() => worker.stop({ graceMs: 0 }));
      return worker;
    },
    types: async (workflowId: WorkflowId): Promise<readonly string[]> => {
      const { entries } = await log.read(workflowId, { after: 0, limit: 1_000 });
      return entries.map(({ event }) => event.type);
    },
    ended: (workflowId: WorkflowId) =>
      vi.waitFor(async () => expect((await log.get(workflowId))?.endedAt).not.toBeNull(), PATIENCE),
  };
}

test('C1: F5: BullMQ delivers a start to a worker, and a retry back to one', async () => {
  const harness = openHarness();
  await harness.work(async ({ attempt }) => {
    if (attempt === 1) throw new RetryableError('busy', 'Busy.');
    return 'done';
  });
  const workflowId = await harness.start();
  await harness.ended(workflowId);
  expect(await harness.types(workflowId)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:retrying',
    'workflow:running',
    'workflow:completed',
  ]);
  expect(harness.errors).toEqual([]);
});

test('F5: a stopping worker hands its workflow to another one through BullMQ, immediately', async () => {
  const harness = openHarness();
  const first = await harness.work((ctx) => sleep(60_000, ctx.signal));
  const workflowId = await harness.start();
  await vi.waitFor(
    async () => expect((await harness.log.get(workflowId))?.status).toBe('running'),
    PATIENCE,
  );
  await harness.work(async () => 'done by the second');
  await first.stop({ graceMs: 0 });
  await harness.ended(workflowId);
  expect(await harness.types(workflowId)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:retrying',
    'workflow:running',
    'workflow:completed',
  ]);
  expect(harness.errors).toEqual([]);
});

test('F5: a job that is delivered twice, like a stalled one, does not run its workflow twice', async () => {
  const harness = openHarness();
  let runs = 0;
  const finish = Promise.withResolvers<void>();
  const run = async (): Promise<string> => {
    runs += 1;
    await finish.promise;
    return 'done';
  };
  await harness.work(run);
  await harness.work(run);
  const workflowId = await harness.start();
  await vi.waitFor(() => expect(runs).toBe(1), PATIENCE);
  for (let n = 0; n < 3; n += 1) await harness.enqueue(workflowId);
  // When a later workflow has run, the duplicates were handled.
  const later = await harness.start();
  await vi.waitFor(() => expect(runs).toBe(2), PATIENCE);
  finish.resolve();
  await Promise.all([harness.ended(workflowId), harness.ended(later)]);
  expect(runs).toBe(2);
  expect(await harness.types(workflowId)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:completed',
  ]);
  expect(harness.errors).toEqual([]);
});

test('F4: a workflow that was cancelled before its job was taken is not run', async () => {
  const harness = openHarness();
  let runs = 0;
  const cancelled = await harness.start();
  expect(await harness.cancel(cancelled)).toBe('cancelled');
  await harness.work(async () => (runs += 1));
  const other = await harness.start();
  await harness.ended(other);
  expect(runs).toBe(1);
  expect(await harness.types(cancelled)).toEqual(['workflow:started', 'workflow:cancelled']);
});
