import { sleep } from '@runtape/async';
import type { WorkflowEvent } from '@runtape/events';
import { isTerminal } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  type CleanUpContext,
  defineWorkflow,
  FatalError,
  RetryableError,
  type WorkflowContext,
  type WorkflowDefinition,
} from '../src/index.ts';
import { type Harness, openHarness } from './harness.ts';
import { until } from './pass-time.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Script {
  readonly run: (ctx: WorkflowContext) => Promise<unknown>;
  readonly cleanUp?: (ctx: CleanUpContext) => Promise<void>;
  readonly isNeeded?: () => boolean;
}

/** Records the reason and the step results that each clean-up receives. */
function define(cleaned: string[], { run, cleanUp, isNeeded = () => true }: Script) {
  return defineWorkflow({
    name: 'test',
    input: z.null(),
    result: z.unknown(),
    run,
    cleanUp: {
      isNeeded,
      run: async (ctx) => {
        cleaned.push(`${ctx.end.status} ${ctx.kept('post', z.string()) ?? 'nothing'}`);
        await cleanUp?.(ctx);
      },
    },
  });
}

const post = (ctx: WorkflowContext) => ctx.step('post', z.string(), async () => 'posted');
const busy = async (ctx: WorkflowContext): Promise<never> => {
  await post(ctx);
  throw new RetryableError('busy', 'Busy.', { retryAfterMs: 3_600_000 });
};
const goOn = async (ctx: WorkflowContext): Promise<null> => {
  await post(ctx);
  await sleep(3_600_000, ctx.signal);
  return null;
};

const ends = (events: readonly WorkflowEvent[]): string[] =>
  events.filter((event) => isTerminal(event)).map(({ type }) => type);

type WorkflowId = Parameters<Harness['record']>[0];

async function rests(harness: Harness, workflowId: WorkflowId, as: string): Promise<void> {
  await until(async () => {
    const { status, leaseUntil } = await harness.record(workflowId);
    return status === as && leaseUntil === null;
  });
}

async function posted(harness: Harness, workflowId: WorkflowId): Promise<void> {
  await until(async () => (await harness.types(workflowId)).includes('step:completed'));
}

test('F4: a workflow that is cancelled between two attempts is cleaned up by a worker, and ends immediately', async () => {
  await using harness = openHarness();
  const cleaned: string[] = [];
  const statuses: string[] = [];
  const cleanUp = async ({ workflowId }: CleanUpContext): Promise<void> => {
    statuses.push((await harness.record(workflowId)).status);
  };
  await harness.work([define(cleaned, { run: busy, cleanUp })]);
  const workflowId = await harness.start();
  await rests(harness, workflowId, 'retrying');
  expect(await harness.starter.cancel(workflowId, { by: 'Ada' })).toBe('requested');
  await until(async () => (await harness.record(workflowId)).endedAt !== null, 5_000);
  const events = await harness.events(workflowId);
  expect(events.at(-1)).toMatchObject({ type: 'workflow:cancelled', data: { by: 'Ada' } });
  expect(ends(events)).toEqual(['workflow:cancelled']);
  expect([cleaned, statuses]).toEqual([['cancelled posted'], ['retrying']]);
});

test('F4: events of a clean-up come before the end, and none after it', async () => {
  await using harness = openHarness();
  const late = Promise.withResolvers<void>();
  const writing: Promise<void>[] = [];
  const cleanUp = async (ctx: CleanUpContext): Promise<void> => {
    await ctx.log('warn', 'It is still there.');
    writing.push(late.promise.then(() => ctx.log('warn', 'Too late.')));
  };
  await harness.work([define([], { run: goOn, cleanUp })]);
  const workflowId = await harness.start();
  await posted(harness, workflowId);
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(events.slice(-2)).toMatchObject([
    { type: 'log:created', data: { level: 'warn', message: 'It is still there.' } },
    { type: 'workflow:cancelled' },
  ]);
  late.resolve();
  await Promise.all(writing);
  expect(writing).toHaveLength(1);
  expect(await harness.events(workflowId)).toEqual(events);
});

test('F4: a workflow that is cancelled while paused is cleaned up by a worker, even if its message is lost', async () => {
  await using harness = openHarness();
  const cleaned: string[] = [];
  await harness.work([define(cleaned, { run: goOn })]);
  const workflowId = await harness.start();
  await posted(harness, workflowId);
  await harness.starter.pause(workflowId);
  await rests(harness, workflowId, 'paused');
  harness.queue.enqueue = () => Promise.reject(new Error('The queue is away.'));
  expect(await harness.starter.cancel(workflowId)).toBe('requested');
  const events = await harness.ended(workflowId);
  expect(ends(events)).toEqual(['workflow:cancelled']);
  expect(cleaned).toEqual(['cancelled posted']);
});

test('F4: a cancel between `retrying` and its release does not wait for the retry', async () => {
  await using harness = openHarness();
  const cleaned: string[] = [];
  const worker = await harness.work([define(cleaned, { run: busy })]);
  const gate = Promise.withResolvers<void>();
  const release = worker.log.release.bind(worker.log);
  worker.log.release = async (id, options) => {
    await gate.promise;
    await release(id, options);
  };
  const workflowId = await harness.start();
  await until(async () => (await harness.record(workflowId)).status === 'retrying');
  expect(await harness.starter.cancel(workflowId)).toBe('requested');
  gate.resolve();
  await until(async () => (await harness.record(workflowId)).endedAt !== null, 5_000);
  expect(ends(await harness.events(workflowId))).toEqual(['workflow:cancelled']);
});

test('F4: a cancel before pick-up ends immediately: there is nothing to clean up', async () => {
  await using harness = openHarness();
  const cleaned: string[] = [];
  const workflowId = await harness.start();
  expect(await harness.starter.cancel(workflowId)).toBe('cancelled');
  await harness.work([define(cleaned, { run: goOn })]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(cleaned).toEqual([]);
});

test('F4: a workflow without clean-up is cancelled immediately between two attempts, too', async () => {
  await using harness = openHarness();
  const cleaned: string[] = [];
  await harness.work([define(cleaned, { run: busy, isNeeded: () => false })]);
  const workflowId = await harness.start();
  await rests(harness, workflowId, 'retrying');
  expect(await harness.starter.cancel(workflowId)).toBe('cancelled');
  expect(cleaned).toEqual([]);
});

test('F4: a cancel during an attempt, and a failure, are followed by a clean-up; a completion is not', async () => {
  await using harness = openHarness();
  const cleaned: string[] = [];
  const fail = async (ctx: WorkflowContext): Promise<never> => {
    await post(ctx);
    throw new FatalError('broken', 'Broken.');
  };
  const runs = [goOn, fail, post];
  const definition: WorkflowDefinition = define(cleaned, {
    run: async (ctx) => runs.shift()?.(ctx),
  });
  await harness.work([definition]);
  const first = await harness.start();
  await posted(harness, first);
  expect(await harness.starter.cancel(first)).toBe('requested');
  expect(ends(await harness.ended(first))).toEqual(['workflow:cancelled']);
  expect(ends(await harness.ended(await harness.start()))).toEqual(['workflow:failed']);
  expect(ends(await harness.ended(await harness.start()))).toEqual(['workflow:completed']);
  expect(cleaned).toEqual(['cancelled posted', 'failed posted']);
});

test('F5: a workflow whose workers were all lost is cleaned up before it fails', async () => {
  await using harness = openHarness();
  const cleaned: string[] = [];
  const workflowId = await harness.start();
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const worker = await harness.work([define(cleaned, { run: goOn })]);
    await until(async () => {
      const { attempt: newest, status } = await harness.record(workflowId);
      return newest === attempt && status === 'running';
    });
    await posted(harness, workflowId);
    worker.freeze();
  }
  await harness.work([define(cleaned, { run: goOn })]);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)).toMatchObject({ data: { error: { code: 'worker_lost' } } });
  expect(cleaned).toEqual(['failed posted']);
});

test('F5: if a worker dies during a clean-up, another one cleans up again, and there is one end', async () => {
  await using harness = openHarness();
  const cleaned: string[] = [];
  const first = await harness.work([
    define(cleaned, {
      run: goOn,
      cleanUp: async (ctx) => {
        first.freeze();
        await sleep(3_600_000, ctx.signal);
      },
    }),
  ]);
  const workflowId = await harness.start();
  await posted(harness, workflowId);
  await harness.starter.cancel(workflowId);
  await until(() => cleaned.length === 1);
  await harness.work([define(cleaned, { run: goOn })]);
  const events = await harness.ended(workflowId);
  first.thaw();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ends(await harness.events(workflowId))).toEqual(['workflow:cancelled']);
  expect(await harness.events(workflowId)).toEqual(events);
  expect(cleaned).toEqual(['cancelled posted', 'cancelled posted']);
});

test.each([
  ['fails', () => Promise.reject(new Error('secret'))],
  ['never settles', () => new Promise<never>(() => undefined)],
])(
  'F4: a clean-up that %s is reported as a warning, and the workflow still ends',
  async (_, how) => {
    await using harness = openHarness();
    const { errors } = await harness.work([define([], { run: goOn, cleanUp: how })]);
    const workflowId = await harness.start();
    await posted(harness, workflowId);
    await harness.starter.cancel(workflowId);
    const events = await harness.ended(workflowId);
    expect(events.slice(-2)).toMatchObject([
      { type: 'log:created', data: { level: 'warn' } },
      { type: 'workflow:cancelled' },
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(errors).toHaveLength(1);
  },
);
