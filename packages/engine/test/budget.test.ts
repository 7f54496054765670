import { sleep } from '@runtape/async';
import { budgetSchema, type WorkflowEvent } from '@runtape/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, FatalError, RetryableError, type WorkflowContext } from '../src/index.ts';
import { openHarness } from './harness.ts';
import { until } from './pass-time.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const define = (run: (ctx: WorkflowContext) => Promise<unknown>) =>
  defineWorkflow({
    name: 'test',
    input: z.object({ budget: budgetSchema.nullish() }),
    result: z.json(),
    budget: ({ budget }) => budget,
    run: async (ctx) => z.json().parse((await run(ctx)) ?? null),
  });

const tokens = (totalTokens: number) => ({
  inputTokens: totalTokens,
  outputTokens: 0,
  totalTokens,
});
const took = (totalTokens: number, cost: number | null = 0) => ({
  usage: tokens(totalTokens),
  cost,
});
const budgetEvents = (events: readonly WorkflowEvent[]): unknown[] =>
  events
    .filter(({ type }) => type.startsWith('budget:') || type === 'log:created')
    .map(({ type, data }) => [type, data]);

async function runWith(
  budget: { usd?: number; tokens?: number } | null,
  run: (ctx: WorkflowContext) => Promise<unknown>,
): Promise<readonly WorkflowEvent[]> {
  await using harness = openHarness();
  const { errors } = await harness.work([define(run)]);
  const events = await harness.ended(await harness.start({ input: { budget } }));
  expect(errors).toEqual([]);
  return events;
}

test.each([
  ['a negative cost', { usage: null, cost: -1 }],
  ['a cost that is not a number', { usage: null, cost: Number.NaN }],
  ['a fraction of a token', took(0.5)],
  ['more tokens than a number can count', took(2 ** 53 - 1)],
])(
  'B5: %s ends the workflow with invalid_spending, with a budget and without',
  async (_, spent) => {
    const definition = define(async (ctx) => {
      await ctx.spend(took(1, 0.25));
      await ctx.spend(spent);
    });
    for (const budget of [{ usd: 1 }, null]) {
      await using harness = openHarness();
      const { errors } = await harness.work([definition]);
      const events = await harness.ended(await harness.start({ input: { budget } }));
      expect(errors).toMatchObject([{ code: 'invalid_spending' }]);
      expect(events.at(-1)).toMatchObject({
        type: 'workflow:failed',
        data: { error: { code: 'invalid_spending' }, cost: 0.25 },
      });
    }
  },
);

test('E2: 80 % of a budget warns once, 100 % stops the workflow, in one terminal event that gives the reason', async () => {
  const after: string[] = [];
  const events = await runWith({ tokens: 1000 }, async (ctx) => {
    for (const [index, amount] of [700, 100, 100, 99].entries()) {
      await ctx.spend(took(amount));
      after.push(`${index} ${ctx.budget.spent.usage?.totalTokens}`);
    }
    await ctx.emit('token', { part: 'draft', content: 'best', isComplete: true });
    await ctx.spend(took(21));
    after.push('never');
  });
  expect(after).toEqual(['0 700', '1 800', '2 900', '3 999']);
  expect(budgetEvents(events)).toEqual([
    ['budget:warning', { unit: 'tokens', spent: 800, limit: 1000 }],
    ['budget:exceeded', { unit: 'tokens', spent: 1020, limit: 1000 }],
  ]);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:cancelled',
    data: {
      by: 'budget',
      reason: expect.stringMatching(/budget of 1,000 tokens is spent: 1,020 tokens/),
      usage: tokens(1020),
      cost: 0,
    },
  });
  expect(events.at(-2)?.type).toBe('budget:exceeded');
  expect(events.some(({ type }) => type === 'token')).toBe(true);
});

test('E2: dollars and tokens are watched separately', async () => {
  const events = await runWith({ usd: 1, tokens: 100 }, async (ctx) => {
    await ctx.spend(took(85, 0.1));
    await ctx.spend(took(5, 0.75));
    await ctx.spend(took(1, 0.15));
  });
  expect(budgetEvents(events)).toEqual([
    ['budget:warning', { unit: 'tokens', spent: 85, limit: 100 }],
    ['budget:warning', { unit: 'usd', spent: 0.85, limit: 1 }],
    ['budget:exceeded', { unit: 'usd', spent: 1, limit: 1 }],
  ]);
  expect(events.at(-1)?.data).toMatchObject({ reason: expect.stringContaining('$1 is spent: $1') });
});

test('E2: a budget that is exceeded in a single step emits both a warning and the end', async () => {
  const events = await runWith({ usd: 0.5 }, async (ctx) => {
    await ctx.spend(took(10, 2));
  });
  expect(budgetEvents(events).length).toBe(2);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
});

test('F4: a call to a model is stopped midway, and counts with its estimated usage', async () => {
  const reasons: unknown[] = [];
  const events = await runWith({ tokens: 100 }, async (ctx) => {
    await ctx.spend(took(40));
    using meter = ctx.meter();
    for (let count = 1; ; count += 1) {
      meter.estimate(took(count));
      try {
        await sleep(10, ctx.signal);
      } catch (error) {
        reasons.push(error);
        throw error;
      }
    }
  });
  expect(budgetEvents(events)).toEqual([
    ['budget:warning', { unit: 'tokens', spent: 80, limit: 100 }],
    ['budget:exceeded', { unit: 'tokens', spent: 100, limit: 100 }],
  ]);
  expect(reasons).toMatchObject([{ code: 'workflow_cancelled', by: 'budget' }]);
  expect(events.at(-1)).toMatchObject({ type: 'workflow:cancelled', data: { usage: tokens(100) } });
});

test('E2: the actual usage of a call replaces its estimate, and counts once', async () => {
  const events = await runWith({ tokens: 100 }, async (ctx) => {
    for (let call = 0; call < 2; call += 1) {
      using meter = ctx.meter();
      meter.estimate(took(50));
      await meter.count(took(30));
      meter.estimate(took(500));
      await meter.count(took(500));
    }
    {
      using refused = ctx.meter();
      void refused;
    }
    return ctx.budget.spent.usage?.totalTokens;
  });
  expect(budgetEvents(events)).toEqual([
    ['budget:warning', { unit: 'tokens', spent: 80, limit: 100 }],
  ]);
  expect(events.at(-1)).toMatchObject({ type: 'workflow:completed', data: { result: 60 } });
});

test('E2: without a budget there is no warning and no stop', async () => {
  const events = await runWith(null, async (ctx) => {
    await ctx.spend(took(1e9, 1e6));
    return ctx.budget.limits;
  });
  expect(budgetEvents(events)).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: 'workflow:completed', data: { result: null } });
});

test('E2: all attempts count, and each message is emitted once over all of them', async () => {
  const events = await runWith({ tokens: 100 }, async (ctx) => {
    await ctx.spend(took(45));
    if (ctx.attempt < 3) throw new RetryableError('busy', 'Busy.');
  });
  expect(events.map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:retrying',
    'workflow:running',
    'budget:warning',
    'workflow:retrying',
    'workflow:running',
    'budget:exceeded',
    'workflow:cancelled',
  ]);
  expect(events.at(-1)?.data).toMatchObject({ usage: tokens(135) });
});

test('E2: a budget spent by an attempt that died before it could report it stops the next one immediately', async () => {
  await using harness = openHarness();
  let runs = 0;
  const definition = define(async (ctx) => {
    runs += 1;
    await ctx.spend(took(150));
    await ctx.emit('token', { part: 'draft', content: 'x', isComplete: false });
    await sleep(600_000, ctx.signal);
  });
  // This attempt ignores the budget, as if it had died before checking it.
  const unlimited = { ...definition, budget: () => null };
  const dead = await harness.work([unlimited]);
  const workflowId = await harness.start({ input: { budget: { tokens: 100 } } });
  await until(async () => (await harness.types(workflowId)).includes('token'));
  dead.freeze();
  await harness.work([definition]);
  const events = await harness.ended(workflowId);
  expect(runs).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: 'workflow:cancelled', data: { by: 'budget' } });
});

test('E2: a missing price is never 0: it is reported once, over all attempts, that it does not count', async () => {
  const events = await runWith({ usd: 0.01, tokens: 1_000 }, async (ctx) => {
    await ctx.spend(took(10, null));
    await ctx.spend(took(10, 0.001));
    if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
  });
  expect(budgetEvents(events)).toEqual([
    [
      'log:created',
      { level: 'warn', message: expect.stringMatching(/unknown.*budget of \$0\.01 only counts/) },
    ],
  ]);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:completed',
    data: { cost: null, usage: tokens(40) },
  });
});

test('E2: known prices stop the workflow even if another price is missing, and the cost stays unknown', async () => {
  const events = await runWith({ usd: 1 }, async (ctx) => {
    await ctx.spend(took(10, 0.5));
    await ctx.spend(took(10, null));
    await ctx.spend(took(10, 0.3));
    await ctx.spend(took(10, 0.2));
  });
  expect(budgetEvents(events)).toEqual([
    ['log:created', expect.objectContaining({ level: 'warn' })],
    ['budget:warning', { unit: 'usd', spent: 0.8, limit: 1, isAtLeast: true }],
    ['budget:exceeded', { unit: 'usd', spent: 1, limit: 1, isAtLeast: true }],
  ]);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:cancelled',
    data: { by: 'budget', cost: null, reason: 'The budget of $1 is spent: at least $1' },
  });
});

test('E2: priced spending is remembered over all attempts, in the record too', async () => {
  await using harness = openHarness();
  await harness.work([
    define(async (ctx) => {
      await ctx.spend(took(10, 0.4));
      await ctx.spend(took(10, null));
      await ctx.status('spent', 'Spent.');
      throw new RetryableError('busy', 'Busy.');
    }),
  ]);
  const workflowId = await harness.start({ input: { budget: { usd: 1 } } });
  const events = await harness.ended(workflowId);
  expect(events.filter(({ type }) => type === 'workflow:running')).toHaveLength(3);
  expect(events.at(-1)).toMatchObject({ type: 'workflow:cancelled', data: { cost: null } });
  const { summary } = await harness.record(workflowId);
  expect(summary).toMatchObject({ cost: null, knownCost: expect.closeTo(1.2, 9) });
});

test('E2: a model that does not report its tokens is reported once, and what it does report still counts', async () => {
  const events = await runWith({ tokens: 100 }, async (ctx) => {
    await ctx.spend({ usage: null, cost: null });
    await ctx.spend({ usage: null, cost: null });
    await ctx.spend(took(100));
  });
  expect(budgetEvents(events)).toMatchObject([
    ['log:created', { level: 'warn', message: expect.stringContaining('does not report') }],
    ['budget:warning', {}],
    ['budget:exceeded', {}],
  ]);
});

test('A9: a failure and a cancel before the start report the spending', async () => {
  await using harness = openHarness();
  const workflowId = await harness.start({ workflow: 'nobody-runs-this' });
  await harness.starter.cancel(workflowId);
  const cancelled = await harness.ended(workflowId);
  expect(cancelled.at(-1)?.data).toMatchObject({ usage: null, cost: 0 });
  await harness.work([
    define(async (ctx) => {
      await ctx.spend(took(7, 0.5));
      throw new RetryableError('busy', 'Busy.');
    }),
  ]);
  const failed = await harness.ended(await harness.start({ input: {} }));
  expect(failed.at(-1)).toMatchObject({
    type: 'workflow:failed',
    data: { usage: tokens(21), cost: 1.5 },
  });
});

const startOf = (events: readonly WorkflowEvent[]): unknown => events[0]?.data;
const told = (events: readonly WorkflowEvent[]): unknown[] =>
  events.flatMap(({ type, metadata }) =>
    metadata?.spent === undefined ? [] : [[type, metadata.spent]],
  );

test('E2: the first event contains the budget, and the first event after spending grew contains the spending', async () => {
  const events = await runWith({ usd: 1, tokens: 1000 }, async (ctx) => {
    await ctx.status('before', 'Nothing was spent yet.');
    await ctx.spend(took(10, 0.1));
    await ctx.spend(took(20, 0.2));
    await ctx.status('after', 'Two calls.');
    await ctx.status('later', 'Nothing more.');
    await ctx.agent({ agentId: 'writer', name: 'Writer', role: 'writer' }, async (agent) => {
      await agent.spend(took(5, 0.05));
      if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
    });
    await ctx.spend(took(1, null));
  });
  expect(startOf(events)).toEqual({
    workflow: 'test',
    title: 'A title',
    target: 'somewhere',
    budget: { usd: 1, tokens: 1000 },
  });
  const sum = (totalTokens: number, cost: number) => ({
    usage: tokens(totalTokens),
    cost: expect.closeTo(cost, 9),
  });
  expect(told(events)).toEqual([
    ['status', sum(30, 0.3)],
    ['agent:progress', sum(35, 0.35)],
    ['status', sum(65, 0.65)],
    ['agent:progress', sum(70, 0.7)],
    ['log:created', { usage: tokens(71), cost: null }],
  ]);
});

test('E2: without a budget no event contains one, and a refused input reports none', async () => {
  const events = await runWith(null, async (ctx) => {
    await ctx.spend(took(10, 0.1));
    await ctx.status('after', 'A call.');
  });
  expect(startOf(events)).not.toHaveProperty('budget');
  expect(told(events)).toEqual([]);
  await using harness = openHarness();
  await harness.work([define(async () => null)]);
  const refused = await harness.ended(await harness.start({ input: { budget: { usd: -1 } } }));
  expect(startOf(refused)).not.toHaveProperty('budget');
  expect(refused.at(-1)).toMatchObject({ data: { error: { code: 'invalid_input' } } });
});

test('E2: a budget that cannot be computed keeps the workflow from running, after its first event', async () => {
  await using harness = openHarness();
  const definition = define(async () => null);
  await harness.work([
    {
      ...definition,
      budget: () => {
        throw new FatalError('no_budget', 'There is none.');
      },
    },
  ]);
  const events = await harness.ended(await harness.start({ input: {} }));
  expect(events.map(({ type }) => type)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:failed',
  ]);
});
