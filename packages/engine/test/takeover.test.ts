import { sleep } from '@runtape/async';
import { isTerminal } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { AttemptOvertaken, defineWorkflow, type WorkflowContext } from '../src/index.ts';
import { openHarness } from './harness.ts';
import { until } from './pass-time.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const define = (run: (ctx: WorkflowContext) => Promise<unknown>, maxAttempts = 3) =>
  defineWorkflow({ name: 'test', input: z.null(), result: z.unknown(), maxAttempts, run });

/** Streams a token every 10 ms until the signal aborts. */
async function stream(ctx: WorkflowContext): Promise<never> {
  for (let n = 0; ; n += 1) {
    await ctx.emit('token', { part: 'draft', content: `${n} `, isComplete: false });
    await sleep(10, ctx.signal);
  }
}

test('F5: a workflow whose worker died continues within 10 s, after the last completed step', async () => {
  await using harness = openHarness();
  const ran: string[] = [];
  const definition = define(async (ctx) => {
    await ctx.step('one', z.null(), async () => {
      ran.push(`one ${ctx.attempt}`);
      return null;
    });
    await ctx.step('two', z.null(), async () => {
      ran.push(`two ${ctx.attempt}`);
      return ctx.attempt === 1 ? await stream(ctx) : null;
    });
    return 'done';
  });
  const dead = await harness.work([definition]);
  const workflowId = await harness.start();
  await until(async () => (await harness.types(workflowId)).includes('token'));
  // It has just renewed its lease: the worst case.
  const { leaseUntil } = await harness.record(workflowId);
  await until(async () => (await harness.record(workflowId)).leaseUntil !== leaseUntil);
  dead.freeze();
  const diedAt = Date.now();
  await harness.work([definition]);
  await until(async () => (await harness.record(workflowId)).attempt === 2);
  const events = await harness.ended(workflowId);
  const told = events.filter(({ type }) => type !== 'token');
  expect(told.map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:running',
    'step:started',
    'step:completed',
    'step:started',
    'workflow:retrying',
    'workflow:running',
    'step:started',
    'step:completed',
    'workflow:completed',
  ]);
  const retrying = events.find(({ type }) => type === 'workflow:retrying');
  expect(retrying?.data).toMatchObject({
    attempt: 2,
    maxAttempts: 3,
    inMs: 0,
    reason: { code: 'worker_lost' },
  });
  expect(Date.parse(retrying?.timestamp ?? '') - diedAt).toBeLessThan(10_000);
  expect(ran).toEqual(['one 1', 'two 1', 'two 2']);
});

test.each([
  ['streams', stream],
  ['waits for a silent model', (ctx: WorkflowContext) => sleep(600_000, ctx.signal)],
])(
  'F5: a frozen worker that wakes up while it %s appends nothing more, and stops',
  async (_, run) => {
    await using harness = openHarness();
    const reasons: unknown[] = [];
    const frozen = await harness.work([
      define(async (ctx) => {
        ctx.signal.addEventListener('abort', () => reasons.push(ctx.signal.reason));
        return await run(ctx);
      }),
    ]);
    const workflowId = await harness.start();
    await until(async () => (await harness.record(workflowId)).status === 'running');
    frozen.freeze();
    await harness.work([define(async () => 'done by another')]);
    const events = await harness.ended(workflowId);
    frozen.thaw();
    await until(() => reasons.length > 0, 5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reasons).toEqual([expect.any(AttemptOvertaken)]);
    expect(await harness.events(workflowId)).toEqual(events);
    expect(events.at(-1)?.data).toMatchObject({ result: 'done by another' });
    expect(events.filter((event) => isTerminal(event)).length).toBe(1);
    expect(frozen.errors).toEqual([]);
  },
);

test('F5: a workflow whose workers died in every permitted attempt fails with worker_lost', async () => {
  await using harness = openHarness();
  const definition = define(stream, 2);
  const workflowId = await harness.start();
  for (const attempt of [1, 2]) {
    const doomed = await harness.work([definition]);
    await until(async () => (await harness.record(workflowId)).attempt === attempt);
    await until(async () => (await harness.record(workflowId)).status === 'running');
    await vi.advanceTimersByTimeAsync(100);
    doomed.freeze();
  }
  await harness.work([definition]);
  const events = await harness.ended(workflowId);
  expect(events.filter(({ type }) => type !== 'token').map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:retrying',
    'workflow:running',
    'workflow:failed',
  ]);
  expect(events.at(-1)?.data).toMatchObject({ error: { code: 'worker_lost' } });
});

test('F5: a workflow whose worker died before it wrote anything is taken over, too', async () => {
  await using harness = openHarness();
  const workflowId = await harness.start();
  await harness.log.begin(workflowId, { leaseMs: 5_000 });
  await harness.work([define(async () => 'done')]);
  const events = await harness.ended(workflowId);
  expect(events.map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:retrying',
    'workflow:running',
    'workflow:completed',
  ]);
});

test('F5: two workers that are notified of one workflow run it once', async () => {
  await using harness = openHarness();
  const ran: string[] = [];
  const worker = (name: string) =>
    define(async (ctx) => {
      ran.push(name);
      await sleep(3_000, ctx.signal);
      return name;
    });
  const workers = [await harness.work([worker('one')]), await harness.work([worker('two')])];
  const workflowId = await harness.start();
  await harness.queue.enqueue(workflowId, { delayMs: 0 });
  await harness.queue.enqueue(workflowId, { delayMs: 500 });
  await harness.queue.enqueue(workflowId, { delayMs: 500 });
  const events = await harness.ended(workflowId);
  expect(ran.length).toBe(1);
  expect(events.map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:completed',
  ]);
  expect(workers.flatMap(({ errors }) => errors)).toEqual([]);
});

test('F1: a store that is unavailable for a while loses nothing, and the workflow waits for it', async () => {
  await using harness = openHarness();
  const emittedAt: number[] = [];
  const count = 200;
  const worker = await harness.work([
    define(async (ctx) => {
      for (let n = 0; n < count; n += 1) {
        const text = `${n} ${'x'.repeat(10_000)}`;
        await ctx.status('said', text);
        emittedAt.push(Date.now());
        await sleep(10, ctx.signal);
      }
      return 'done';
    }),
  ]);
  const workflowId = await harness.start();
  await until(() => emittedAt.length >= 20);
  worker.loseStore();
  await vi.advanceTimersByTimeAsync(60_000);
  const waited = emittedAt.length;
  expect(waited).toBeLessThan(count);
  worker.thaw();
  const events = await harness.ended(workflowId);
  const said = events.flatMap((event) =>
    event.type === 'status' ? [Number.parseInt(event.data.message, 10)] : [],
  );
  expect(said).toEqual(Array.from({ length: count }, (_, n) => n));
  expect(events.map(({ type }) => type)).not.toContain('workflow:retrying');
});
