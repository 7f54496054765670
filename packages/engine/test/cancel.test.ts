import { sleep } from '@runtape/async';
import { isTerminal } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  createWorkflowStarter,
  defineWorkflow,
  newWorkflowId,
  RetryableError,
  type WorkflowContext,
  WorkflowCancelled,
} from '../src/index.ts';
import { type Harness, openHarness } from './harness.ts';
import { gatedLog } from './gated-log.ts';
import { passTime, until } from './pass-time.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const define = (run: (ctx: WorkflowContext) => Promise<unknown>) =>
  defineWorkflow({ name: 'test', input: z.null(), result: z.unknown(), run });

/** Streams a token every 10 ms until it is stopped. */
const stream = define(async (ctx) => {
  await ctx.step('draft', z.null(), async () => {
    for (let n = 0; ; n += 1) {
      await ctx.emit('token', { part: 'draft', content: `${n} `, isComplete: false });
      await sleep(10, ctx.signal);
    }
  });
});

const emitted = async (
  harness: Harness,
  workflowId: Parameters<Harness['events']>[0],
  type: string,
) => (await harness.types(workflowId)).filter((each) => each === type).length;

test('F4: a cancel in the middle of a token stream aborts it, keeps the text, and ends with one event', async () => {
  await using harness = openHarness();
  const reasons: unknown[] = [];
  await harness.work([
    define(async (ctx) => {
      ctx.signal.addEventListener('abort', () => reasons.push(ctx.signal.reason));
      return await stream.run(ctx, null);
    }),
  ]);
  const workflowId = await harness.start();
  await until(async () => (await emitted(harness, workflowId, 'token')) >= 20);
  const outcome = await harness.starter.cancel(workflowId, { by: 'Ada', reason: 'enough' });
  expect(outcome).toBe('requested');
  const askedAt = Date.now();
  const events = await harness.ended(workflowId);
  expect(Date.now() - askedAt).toBeLessThan(100);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:cancelled',
    data: { by: 'Ada', reason: 'enough' },
  });
  expect(events.filter((event) => isTerminal(event)).length).toBe(1);
  const text = events.map((event) => (event.type === 'token' ? event.data.content : '')).join('');
  expect(text).toMatch(/^0 1 2 .*19 /);
  expect(reasons).toMatchObject([{ name: 'AbortError', by: 'Ada', reason: 'enough' }]);
  expect(reasons[0]).toBeInstanceOf(WorkflowCancelled);
  expect(await harness.log.steps(workflowId)).toEqual(new Map());
});

test('F4: a cancel is noticed within seconds even if the wake-up is lost', async () => {
  await using harness = openHarness();
  harness.store.announceCommand = () => undefined;
  await harness.work([stream]);
  const workflowId = await harness.start();
  await until(async () => (await emitted(harness, workflowId, 'token')) >= 2);
  const askedAt = Date.now();
  await harness.starter.cancel(workflowId);
  await harness.ended(workflowId);
  expect(Date.now() - askedAt).toBeLessThan(2_500);
});

test('F4: a repeated cancel is harmless, and a cancel after the end reports that', async () => {
  await using harness = openHarness();
  await harness.work([stream]);
  const workflowId = await harness.start();
  await until(async () => (await emitted(harness, workflowId, 'token')) >= 2);
  expect(await harness.starter.cancel(workflowId)).toBe('requested');
  expect(await harness.starter.cancel(workflowId)).toBe('requested');
  const events = await harness.ended(workflowId);
  expect(await harness.starter.cancel(workflowId)).toBe('already_ended');
  expect(await harness.events(workflowId)).toEqual(events);
});

test('F4: a cancel before pick-up ends the workflow immediately, and no worker runs it later', async () => {
  await using harness = openHarness();
  let runs = 0;
  const workflowId = await harness.start();
  expect(await harness.starter.cancel(workflowId, { by: 'Ada' })).toBe('cancelled');
  const worker = await harness.work([define(async () => (runs += 1))]);
  await vi.advanceTimersByTimeAsync(5_000);
  const events = await harness.events(workflowId);
  expect(events.map(({ type }) => type)).toEqual(['workflow:started', 'workflow:cancelled']);
  expect(events.at(-1)?.data).toMatchObject({ by: 'Ada' });
  expect(runs).toBe(0);
  expect(worker.errors).toEqual([]);
});

test('F4: a cancel while the workflow waits for its next attempt ends it immediately', async () => {
  await using harness = openHarness();
  await harness.work([
    define(async () => {
      throw new RetryableError('busy', 'Busy.', { retryAfterMs: 60_000 });
    }),
  ]);
  const workflowId = await harness.start();
  await until(
    async () =>
      (await harness.record(workflowId)).leaseUntil === null &&
      (await harness.record(workflowId)).status === 'retrying',
  );
  expect(await harness.starter.cancel(workflowId)).toBe('cancelled');
  await vi.advanceTimersByTimeAsync(70_000);
  expect(await harness.types(workflowId)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:retrying',
    'workflow:cancelled',
  ]);
});

test('F4: a cancel of a workflow whose worker died is carried out by the next worker, which runs nothing', async () => {
  await using harness = openHarness();
  const dead = await harness.work([stream]);
  const workflowId = await harness.start();
  await until(async () => (await emitted(harness, workflowId, 'token')) >= 2);
  dead.freeze();
  expect(await harness.starter.cancel(workflowId)).toBe('requested');
  let runs = 0;
  await harness.work([define(async () => (runs += 1))]);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(runs).toBe(0);
});

test('F4: a cancel whose sender dies after storing it is carried out by the worker that picks the workflow up', async () => {
  await using harness = openHarness();
  const workflowId = await harness.start();
  await harness.log.command(workflowId, { type: 'cancel' });
  let runs = 0;
  await harness.work([define(async () => (runs += 1))]);
  const events = await harness.ended(workflowId);
  expect(events.map(({ type }) => type)).toEqual(['workflow:started', 'workflow:cancelled']);
  expect(runs).toBe(0);
});

test('F4: a definition may clean up after a cancel, but its further events are dropped', async () => {
  await using harness = openHarness();
  const cleaned: string[] = [];
  const refused: unknown[] = [];
  await harness.work([
    define(async (ctx) => {
      try {
        await stream.run(ctx, null);
      } finally {
        const said = ctx.status('cleaning', 'Cleaning up.');
        await said.catch((error: unknown) => refused.push(error));
        const spent = ctx.spend({ usage: null, cost: 1 });
        await spent.catch((error: unknown) => refused.push(error));
        await new Promise((resolve) => setTimeout(resolve, 5_000));
        cleaned.push((await harness.record(ctx.workflowId)).status);
      }
    }),
  ]);
  const workflowId = await harness.start();
  await until(async () => (await emitted(harness, workflowId, 'token')) >= 2);
  await harness.starter.cancel(workflowId);
  await harness.ended(workflowId);
  expect(cleaned).toEqual(['running']);
  expect(refused.every((error) => error instanceof WorkflowCancelled)).toBe(true);
  expect(refused.length).toBe(2);
  expect(await emitted(harness, workflowId, 'status')).toBe(0);
});

test.each([
  ['never settles', () => new Promise<never>(() => undefined)],
  ['ignores the abort and returns a result', async () => 'a result'],
  ['turns the abort into another error', () => Promise.reject(new RetryableError('busy', 'Busy.'))],
])('F4: a definition that %s is still cancelled', async (_, afterwards) => {
  await using harness = openHarness();
  await harness.work([define((ctx) => stream.run(ctx, null).catch(afterwards))]);
  const workflowId = await harness.start();
  await until(async () => (await emitted(harness, workflowId, 'token')) >= 2);
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
});

test('F4: a step that is running when the cancel arrives does not count as completed', async () => {
  await using harness = openHarness();
  const passed: unknown[] = [];
  await harness.work([
    define(async (ctx) => {
      try {
        return await ctx.step('post', z.string(), async () => {
          // A write that must not be interrupted.
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          return 'posted';
        });
      } catch (error) {
        passed.push(error);
        throw error;
      }
    }),
  ]);
  const workflowId = await harness.start();
  await until(async () => (await emitted(harness, workflowId, 'step:started')) === 1);
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(passed[0]).toBeInstanceOf(WorkflowCancelled);
  expect(events.map(({ type }) => type)).not.toContain('step:completed');
});

test('F4: an unknown workflow cannot be cancelled', async () => {
  await using harness = openHarness();
  await expect(harness.starter.cancel(newWorkflowId())).rejects.toMatchObject({
    code: 'unknown_workflow',
  });
});

test('F4: a cancel that races with a worker that begins ends the workflow, whichever is faster', async () => {
  const outcomes = new Set<string>();
  for (let turns = 0; turns < 40; turns += 1) {
    await using harness = openHarness();
    await harness.work([stream]);
    const workflowId = await harness.start();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    outcomes.add(await passTime(harness.starter.cancel(workflowId)));
    const events = await harness.ended(workflowId);
    expect(events.at(-1)?.type).toBe('workflow:cancelled');
    expect(events.filter((event) => isTerminal(event)).length).toBe(1);
    expect(events[0]?.type).toBe('workflow:started');
  }
  expect(outcomes).toEqual(new Set(['cancelled', 'requested']));
});

test('F4: a cancel that is stored but cannot be carried out here is reported as requested, and a worker carries it out', async () => {
  await using harness = openHarness();
  const errors: unknown[] = [];
  const starter = createWorkflowStarter({
    log: {
      ...gatedLog(harness.log, () => Promise.resolve()),
      append: () => Promise.reject(new Error('lost')),
    },
    queue: harness.queue,
    onError: (error) => errors.push(error),
  });
  const workflowId = await harness.start();
  expect(await starter.cancel(workflowId)).toBe('requested');
  expect(errors.length).toBe(1);
  await harness.work([stream]);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
});
