import { sleep } from '@runtape/async';
import { isTerminal } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, FatalError, RetryableError, type WorkflowContext } from '../src/index.ts';
import { openHarness } from './harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const define = <Result>(
  run: (ctx: WorkflowContext) => Promise<Result>,
  maxAttempts?: number,
  result: z.ZodType<Result> = z.custom<Result>(() => true),
) => defineWorkflow({ name: 'test', input: z.null(), result, maxAttempts, run });

test('A6: a workflow runs from workflow:started to workflow:completed, with its result', async () => {
  await using harness = openHarness();
  const definition = defineWorkflow({
    name: 'test',
    input: z.object({ name: z.string() }),
    result: z.object({ greeting: z.string(), missing: z.string().optional() }),
    run: async (ctx, { name }) => {
      await ctx.status('greeting', `Greeting ${name}.`, {
        subject: { title: 'A better title', url: 'https://example.com/1' },
      });
      await ctx.log('info', 'A line', { count: 1 });
      const token = { part: 'draft', content: `Hello ${name}`, isComplete: true };
      await ctx.emit('token', token);
      await ctx.spend({ usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, cost: 0.25 });
      await sleep(500, ctx.signal);
      return { greeting: `Hello ${name}`, missing: undefined };
    },
  });
  const { errors } = await harness.work([definition]);
  const workflowId = await harness.start({ input: { name: 'Ada' } });
  const events = await harness.ended(workflowId);
  expect(events.map(({ type, data }) => [type, data])).toEqual([
    ['workflow:started', { workflow: 'test', title: 'A title', target: 'somewhere' }],
    ['workflow:running', { attempt: 1, maxAttempts: 3 }],
    [
      'status',
      {
        stage: 'greeting',
        message: 'Greeting Ada.',
        subject: { title: 'A better title', url: 'https://example.com/1' },
      },
    ],
    ['log:created', { level: 'info', message: 'A line', fields: { count: 1 } }],
    ['token', { part: 'draft', content: 'Hello Ada', isComplete: true }],
    [
      'workflow:completed',
      {
        durationMs: 500,
        usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
        cost: 0.25,
        result: { greeting: 'Hello Ada' },
      },
    ],
  ]);
  expect(new Set(events.map(({ metadata }) => metadata?.attempt))).toEqual(new Set([1]));
  expect(await harness.record(workflowId)).toMatchObject({
    status: 'completed',
    leaseUntil: null,
    summary: {
      title: 'A better title',
      target: 'somewhere',
      url: 'https://example.com/1',
      stage: 'Greeting Ada.',
      usage: { totalTokens: 3 },
      cost: 0.25,
    },
  });
  expect(errors).toEqual([]);
});

test('B5: a FatalError ends the workflow immediately, with its code and message', async () => {
  await using harness = openHarness();
  let runs = 0;
  const { errors } = await harness.work([
    define(async () => {
      runs += 1;
      throw new FatalError('issue_not_found', 'There is no such issue.', { cause: 'a secret' });
    }),
  ]);
  const events = await harness.ended(await harness.start());
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:failed',
    data: { error: { code: 'issue_not_found', message: 'There is no such issue.' } },
  });
  expect(JSON.stringify(events)).not.toContain('secret');
  expect(runs).toBe(1);
  expect(errors).toEqual([]);
});

test('B5: E17: an unexpected error is not retried, and its message does not reach readers', async () => {
  await using harness = openHarness();
  let runs = 0;
  const bug = new TypeError('password=hunter2 is not a function');
  const { errors } = await harness.work([
    define(async () => {
      runs += 1;
      throw bug;
    }),
  ]);
  const events = await harness.ended(await harness.start());
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:failed',
    data: { error: { code: 'internal_error' } },
  });
  expect(JSON.stringify(events)).not.toContain('hunter2');
  expect(runs).toBe(1);
  expect(errors).toEqual([bug]);
});

test('F5: a RetryableError leads to another attempt after its delay, and not before', async () => {
  await using harness = openHarness();
  const ranAt: number[] = [];
  await harness.work([
    define(async ({ attempt }) => {
      ranAt.push(Date.now());
      if (attempt === 1) throw new RetryableError('busy', 'Busy.', { retryAfterMs: 30_000 });
      if (attempt === 2) throw new RetryableError('busy', 'Still busy.');
      return 'done';
    }),
  ]);
  const workflowId = await harness.start();
  const events = await harness.ended(workflowId);
  expect(events.map(({ type, data }) => [type, data])).toEqual([
    ['workflow:started', expect.anything()],
    ['workflow:running', { attempt: 1, maxAttempts: 3 }],
    [
      'workflow:retrying',
      {
        attempt: 2,
        maxAttempts: 3,
        inMs: 30_000,
        reason: { code: 'busy', message: 'Busy.' },
      },
    ],
    ['workflow:running', { attempt: 2, maxAttempts: 3 }],
    [
      'workflow:retrying',
      {
        attempt: 3,
        maxAttempts: 3,
        // 2 s with a random value of 0.5: three quarters.
        inMs: 1_500,
        reason: { code: 'busy', message: 'Still busy.' },
      },
    ],
    ['workflow:running', { attempt: 3, maxAttempts: 3 }],
    ['workflow:completed', expect.objectContaining({ result: 'done' })],
  ]);
  const [first = 0, second = 0, third = 0] = ranAt;
  expect(second - first).toBeGreaterThanOrEqual(30_000);
  expect(second - first).toBeLessThan(30_500);
  expect(third - second).toBeGreaterThanOrEqual(1_500);
  expect(third - second).toBeLessThan(2_000);
});

test('F5: after the last attempt a RetryableError fails the workflow', async () => {
  await using harness = openHarness();
  const { errors } = await harness.work([
    define(async () => {
      throw new RetryableError('busy', 'Busy.');
    }, 2),
  ]);
  const workflowId = await harness.start();
  const events = await harness.ended(workflowId);
  expect(events.map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:retrying',
    'workflow:running',
    'workflow:failed',
  ]);
  expect(events.at(-1)?.data).toMatchObject({ error: { code: 'busy', message: 'Busy.' } });
  expect(errors).toEqual([]);
});

test.each([
  ['an input that does not fit', 'invalid_input', { input: { not: 'null' } }, undefined],
  ['a result that does not fit', 'invalid_result', {}, 17],
  ['a result that JSON cannot represent', 'invalid_result', {}, 17n],
  ['a result that is too large for an event', 'event_too_large', {}, 'x'.repeat(2_000_000)],
])('B5: %s ends the workflow with %s', async (_, code, request, returned) => {
  await using harness = openHarness();
  const result = z.union([z.string(), z.bigint()]);
  const { errors } = await harness.work([
    defineWorkflow({
      name: 'test',
      input: z.null(),
      result,
      run: async () => z.custom<string>(() => true).parse(returned),
    }),
  ]);
  const events = await harness.ended(await harness.start(request));
  expect(events.at(-1)).toMatchObject({ type: 'workflow:failed', data: { error: { code } } });
  expect(errors).toMatchObject([{ code }]);
});

test('an event that is too large ends the workflow by name, unless the definition handles it', async () => {
  await using harness = openHarness();
  const huge = (ctx: WorkflowContext) => ctx.status('huge', 'x'.repeat(2_000));
  await harness.work(
    [
      define(async (ctx) => {
        await huge(ctx).catch(() => ctx.status('small', 'Left something out.'));
        await huge(ctx);
      }),
    ],
    { maxEventBytes: 1_000 },
  );
  const events = await harness.ended(await harness.start());
  expect(events.map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:running',
    'status',
    'workflow:failed',
  ]);
  const { data } = events.at(-1) ?? {};
  expect(data).toMatchObject({
    error: { code: 'event_too_large', message: expect.stringContaining('"status"') },
  });
});

test('law 7: a definition cannot emit end, restart or step events past the engine', async () => {
  await using harness = openHarness();
  const refused: unknown[] = [];
  await harness.work([
    define(async (ctx) => {
      // @ts-expect-error -- the types refuse it as well
      await ctx.emit('workflow:cancelled', { durationMs: 1 }).catch((e) => refused.push(e));
      // @ts-expect-error -- the types refuse it as well
      await ctx.emit('step:started', { step: 'x' }).catch((e) => refused.push(e));
    }),
  ]);
  const events = await harness.ended(await harness.start());
  expect(events.map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:completed',
  ]);
  expect(refused).toMatchObject([{ code: 'reserved_event' }, { code: 'reserved_event' }]);
});

test('law 7: unawaited work of a definition neither follows the last event nor crashes the process', async () => {
  await using harness = openHarness();
  const rejections: unknown[] = [];
  const onRejection = (error: unknown): void => void rejections.push(error);
  process.on('unhandledRejection', onRejection);
  try {
    let context: WorkflowContext | undefined;
    let said = 0;
    const say = async (ctx: WorkflowContext): Promise<never> => {
      for (;;) {
        await ctx.status('late', 'Nobody waits for this.');
        said += 1;
      }
    };
    const worker = await harness.work([
      define(async (ctx) => {
        context = ctx;
        say(ctx).catch(() => undefined);
        ctx.signal.addEventListener('abort', () => void ctx.status('too late', 'Nobody waits.'));
        // More than can be in flight, so that the terminal event has to wait.
        worker.freeze();
        for (let n = 0; n < 20; n += 1) void ctx.status('soon', 'Nobody waits for this either.');
        return 'done';
      }),
    ]);
    const workflowId = await harness.start();
    await vi.advanceTimersByTimeAsync(10);
    worker.thaw();
    const events = await harness.ended(workflowId);
    await vi.advanceTimersByTimeAsync(10);
    vi.useRealTimers();
    await new Promise(setImmediate);
    vi.useFakeTimers();
    expect(said).toBeGreaterThan(0);
    expect(events.at(-1)?.type).toBe('workflow:completed');
    expect(events.findIndex((event) => isTerminal(event))).toBe(events.length - 1);
    expect(await harness.events(workflowId)).toEqual(events);
    expect(context?.signal.aborted).toBe(true);
    expect(rejections).toEqual([]);
  } finally {
    process.off('unhandledRejection', onRejection);
  }
});

test('spending adds up over attempts, including failed steps; an unknown price stays unknown', async () => {
  await using harness = openHarness();
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
  await harness.work([
    define(async (ctx) => {
      if (ctx.attempt === 1) {
        await ctx.spend({ usage, cost: 1 });
        throw new RetryableError('busy', 'Busy.');
      }
      await ctx.spend({ usage, cost: 0.5 });
      await ctx.spend({ usage: null, cost: ctx.attempt === 2 ? 0 : null });
    }),
    defineWorkflow({
      name: 'unpriced',
      input: z.null(),
      result: z.null(),
      run: async (ctx) => {
        await ctx.spend({ usage: null, cost: null });
        await ctx.spend({ usage, cost: 1 });
        return null;
      },
    }),
  ]);
  const priced = (await harness.ended(await harness.start())).at(-1);
  expect(priced?.data).toMatchObject({ usage: { totalTokens: 4 }, cost: 1.5 });
  const unpriced = (await harness.ended(await harness.start({ workflow: 'unpriced' }))).at(-1);
  expect(unpriced?.data).toMatchObject({ usage: { totalTokens: 2 }, cost: null });
});
