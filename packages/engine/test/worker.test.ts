import { sleep } from '@runtape/async';
import type { WorkflowId } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  createWorker,
  defineWorkflow,
  WorkerStopped,
  type WorkflowContext,
  type WorkflowQueue,
} from '../src/index.ts';
import { openHarness } from './harness.ts';
import { passTime, until } from './pass-time.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const define = (run: (ctx: WorkflowContext) => Promise<unknown>, name = 'test', maxAttempts = 3) =>
  defineWorkflow({ name, input: z.null(), result: z.unknown(), maxAttempts, run });

const forgetful: WorkflowQueue = {
  enqueue: async () => undefined,
  consume: () => ({ pause: async () => undefined, close: async () => undefined }),
  close: async () => undefined,
};

test('C1: a workflow whose message was lost is soon found by a sweep', async () => {
  await using harness = openHarness();
  await harness.work([define(async () => 'done')], { queue: forgetful });
  const workflowId = await harness.start();
  const startedAt = Date.now();
  await harness.ended(workflowId);
  expect(Date.now() - startedAt).toBeLessThan(1_500);
});

test('C1: a worker picks up workflows without a worker when it starts', async () => {
  await using harness = openHarness();
  const workflowId = await harness.start();
  await harness.work([define(async () => 'done')], { queue: forgetful });
  const startedAt = Date.now();
  await harness.ended(workflowId);
  expect(Date.now() - startedAt).toBeLessThan(100);
});

test('C1: a worker ignores workflows it does not know, and another one takes them', async () => {
  await using harness = openHarness();
  const stranger = await harness.work([define(async () => 'wrong', 'another')]);
  const workflowId = await harness.start();
  await vi.advanceTimersByTimeAsync(5_000);
  expect((await harness.record(workflowId)).attempt).toBe(0);
  await harness.work([define(async () => 'right')]);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.data).toMatchObject({ result: 'right' });
  expect(stranger.errors).toEqual([]);
});

test('K2: owners take turns after a restart, too', async () => {
  await using harness = openHarness();
  for (let n = 0; n < 300; n += 1) await harness.start({ owner: 'ada' });
  await vi.advanceTimersByTimeAsync(10);
  const workflowId = await harness.start({ owner: 'bo' });
  await harness.work([define((ctx) => sleep(1_000, ctx.signal))], { queue: forgetful });
  const startedAt = Date.now();
  await harness.ended(workflowId);
  expect(Date.now() - startedAt).toBeLessThan(5_000);
});

test.for([199, 200, 1_500])(
  'K1: a sweep finds a workflow for its worker behind %i older ones for other workers',
  async (others) => {
    await using harness = openHarness();
    for (let n = 0; n < others; n += 1) await harness.start({ workflow: 'of another worker' });
    await vi.advanceTimersByTimeAsync(10);
    const workflowId = await harness.start();
    await harness.work([define(async () => 'done')], { queue: forgetful });
    const startedAt = Date.now();
    await harness.ended(workflowId);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  },
);

test.each([
  ['the queue and sweeps', {}],
  ['sweeps alone', { queue: forgetful }],
])(
  'C1: the number of concurrent workflows stays within the limit of a worker, notified by %s',
  async (_, options) => {
    await using harness = openHarness();
    let running = 0;
    let most = 0;
    const ids: WorkflowId[] = [];
    for (let n = 0; n < 4; n += 1) ids.push(await harness.start());
    await harness.work(
      [
        define(async (ctx) => {
          running += 1;
          most = Math.max(most, running);
          await sleep(1_700, ctx.signal);
          running -= 1;
        }),
      ],
      { concurrency: 2, ...options },
    );
    for (let n = 0; n < 4; n += 1) ids.push(await harness.start());
    for (const id of ids) await harness.ended(id);
    expect(most).toBe(2);
  },
);

test('C1: sweeps run one at a time, and not while all slots are in use', async () => {
  await using harness = openHarness();
  let asked = 0;
  let asking = 0;
  let most = 0;
  const slow = await harness.work([define((ctx) => sleep(10_000, ctx.signal))], { concurrency: 1 });
  await passTime(slow.worker.stop());
  const orphaned: typeof harness.log.orphaned = async (options) => {
    asked += 1;
    asking += 1;
    most = Math.max(most, asking);
    await sleep(2_500, new AbortController().signal);
    asking -= 1;
    return await harness.log.orphaned(options);
  };
  const log = { ...slow.log, orphaned };
  const worker = createWorker({
    log,
    queue: harness.queue,
    definitions: [define((ctx) => sleep(10_000, ctx.signal))],
    concurrency: 1,
  });
  await worker.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBeGreaterThan(1);
  expect(asked).toBeLessThan(5);
  expect(most).toBe(1);
  await harness.start();
  await vi.advanceTimersByTimeAsync(4_000);
  const before = asked;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toBe(before);
  await passTime(worker.stop());
});

test('F1: an unavailable store is reported once, and the worker continues when it recovers', async () => {
  await using harness = openHarness();
  const worker = await harness.work([define(async () => 'done')], { queue: forgetful });
  worker.loseStore();
  const workflowId = await harness.start();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(worker.errors).toMatchObject([{ code: 'unavailable' }]);
  expect(worker.backs).toEqual([]);
  worker.thaw();
  await harness.ended(workflowId);
  expect(worker.errors.length).toBe(1);
  expect(worker.backs.length).toBe(1);
});

test('F1: a full store is reported once, however many workflows wait for it, and so is its recovery', async () => {
  await using harness = openHarness();
  const talks = define(async (ctx) => {
    for (let n = 0; n < 20; n += 1) {
      await ctx.emit('status', { stage: 'test', message: `${n}` });
      await sleep(500, ctx.signal);
    }
  });
  const worker = await harness.work([talks], { concurrency: 12 });
  const ids: WorkflowId[] = [];
  for (let n = 0; n < 12; n += 1) ids.push(await harness.start());
  await vi.advanceTimersByTimeAsync(3_000);
  expect(worker.errors).toEqual([]);
  for (const outage of [1, 2]) {
    worker.fillStore();
    await vi.advanceTimersByTimeAsync(7_000);
    // One more that cannot even begin.
    ids.push(await harness.start());
    await vi.advanceTimersByTimeAsync(7_000);
    expect(worker.errors.length).toBe(outage);
    expect(worker.errors[outage - 1]).toMatchObject({ message: 'The store is full.' });
    expect(worker.backs.length).toBe(outage - 1);
    worker.thaw();
    await until(() => worker.backs.length === outage);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  for (const id of ids) await harness.ended(id);
  expect(worker.errors.length).toBe(2);
  expect(worker.backs.length).toBe(2);
  expect(Math.min(...worker.backs)).toBeGreaterThan(10_000);
});

test('F1: a worker that stops while the store is full does not report a recovery', async () => {
  await using harness = openHarness();
  const worker = await harness.work([define((ctx) => sleep(60_000, ctx.signal))]);
  await harness.start();
  await vi.advanceTimersByTimeAsync(1_000);
  worker.fillStore();
  await until(() => worker.errors.length === 1);
  await passTime(worker.worker.stop({ graceMs: 0 }));
  expect(worker.backs).toEqual([]);
});

test('F5: a stopping worker lets workflows finish that finish in time', async () => {
  await using harness = openHarness();
  const { worker } = await harness.work([
    define(async (ctx) => {
      await sleep(3_000, ctx.signal);
      return 'in time';
    }),
  ]);
  const workflowId = await harness.start();
  await until(async () => (await harness.record(workflowId)).status === 'running');
  await passTime(worker.stop({ graceMs: 5_000 }));
  expect(await harness.types(workflowId)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:completed',
  ]);
});

test('F5: a stopping worker hands over running workflows immediately, and this does not count as a failure', async () => {
  await using harness = openHarness();
  const reasons: unknown[] = [];
  const definition = define(
    async (ctx) => {
      await ctx.step('one', z.null(), async () => null);
      if (ctx.attempt === 6) return 'at last';
      ctx.signal.addEventListener('abort', () => reasons.push(ctx.signal.reason));
      return await sleep(60_000, ctx.signal);
    },
    'test',
    1,
  );
  const workflowId = await harness.start();
  let current = await harness.work([definition]);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await until(async () => (await harness.types(workflowId)).at(-1) !== 'workflow:retrying');
    await until(async () => (await harness.record(workflowId)).attempt === attempt);
    await until(async () => (await harness.types(workflowId)).at(-1) !== 'workflow:retrying');
    const next = await harness.work([definition]);
    const stoppedAt = Date.now();
    await passTime(current.worker.stop({ graceMs: 0 }));
    await until(async () => (await harness.record(workflowId)).attempt === attempt + 1);
    expect(Date.now() - stoppedAt).toBeLessThan(200);
    current = next;
  }
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.data).toMatchObject({ result: 'at last' });
  expect(reasons.filter((reason) => reason instanceof WorkerStopped).length).toBe(5);
  const life = events.filter(({ type }) => type.startsWith('workflow:'));
  expect(life.slice(1, 5).map(({ type, data }) => [type, data])).toEqual([
    ['workflow:running', { attempt: 1, maxAttempts: 1 }],
    [
      'workflow:retrying',
      {
        attempt: 2,
        maxAttempts: 2,
        inMs: 0,
        reason: { code: 'worker_stopped', message: expect.any(String) },
      },
    ],
    ['workflow:running', { attempt: 2, maxAttempts: 2 }],
    ['workflow:retrying', expect.objectContaining({ attempt: 3, maxAttempts: 3 })],
  ]);
  expect(events.filter(({ type }) => type === 'step:completed').length).toBe(1);
});

test('F5: a step that finishes while its worker stops is stored', async () => {
  await using harness = openHarness();
  let runs = 0;
  const definition = define((ctx) =>
    ctx.step('paid', z.string(), async () => {
      runs += 1;
      // Ignores the signal, but is quick.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return 'paid for once';
    }),
  );
  const { worker } = await harness.work([definition]);
  const workflowId = await harness.start();
  await until(() => runs === 1);
  await passTime(worker.stop({ graceMs: 0 }));
  await harness.work([definition]);
  const events = await harness.ended(workflowId);
  expect(runs).toBe(1);
  expect(events.at(-1)?.data).toMatchObject({ result: 'paid for once' });
});

test('F5: a definition that ignores the abort blocks neither the stop nor the workflow', async () => {
  await using harness = openHarness();
  const { worker } = await harness.work([define(() => new Promise<never>(() => undefined))]);
  const workflowId = await harness.start();
  await until(async () => (await harness.record(workflowId)).status === 'running');
  const stoppedAt = Date.now();
  await passTime(worker.stop({ graceMs: 1_000 }));
  expect(Date.now() - stoppedAt).toBeLessThan(5_000);
  expect(await harness.record(workflowId)).toMatchObject({ status: 'retrying', leaseUntil: null });
});

test('F5: an unavailable store cannot block a stop; the lease runs out by itself', async () => {
  await using harness = openHarness();
  const doomed = await harness.work([define((ctx) => sleep(60_000, ctx.signal))]);
  const workflowId = await harness.start();
  await until(async () => (await harness.record(workflowId)).status === 'running');
  doomed.loseStore();
  const stoppedAt = Date.now();
  await passTime(doomed.worker.stop({ graceMs: 0 }));
  expect(Date.now() - stoppedAt).toBeLessThan(6_000);
  await harness.work([define(async () => 'done')]);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.data).toMatchObject({ result: 'done' });
});

test('F5: a store that never answers cannot block a stop either', async () => {
  await using harness = openHarness();
  const doomed = await harness.work([define((ctx) => sleep(60_000, ctx.signal))]);
  const workflowId = await harness.start();
  await until(async () => (await harness.record(workflowId)).status === 'running');
  doomed.freeze();
  await vi.advanceTimersByTimeAsync(3_000);
  const stoppedAt = Date.now();
  await passTime(doomed.worker.stop({ graceMs: 0 }));
  expect(Date.now() - stoppedAt).toBeLessThan(7_000);
});

test('A13: a stopped worker leaves no timer and no watch behind', async () => {
  await using harness = openHarness();
  const { worker, log } = await harness.work([define((ctx) => sleep(60_000, ctx.signal))]);
  const workflowId = await harness.start();
  await until(async () => (await harness.record(workflowId)).status === 'running');
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  const watched = (): number =>
    [...harness.store.commandWatchers].filter((watchers) => !watchers.isEmpty).length;
  expect(watched()).toBe(1);
  await passTime(worker.stop({ graceMs: 0 }));
  await worker.stop();
  // The queue may still hold messages for another worker.
  await harness.queue.close();
  expect(vi.getTimerCount()).toBe(0);
  expect(watched()).toBe(0);
  await log.close();
});

test('A13: a worker that was stopped before it was started starts nothing', async () => {
  await using harness = openHarness();
  let runs = 0;
  const options = {
    log: harness.log,
    queue: harness.queue,
    definitions: [define(async () => (runs += 1))],
  };
  const worker = createWorker(options);
  await worker.stop();
  await worker.start();
  await harness.start();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(runs).toBe(0);
});
