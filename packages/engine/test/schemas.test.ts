import { type } from 'arktype';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { z as z3 } from 'zod-3';
import {
  defineWorkflow,
  readInput,
  RetryableError,
  type WorkflowDefinition,
} from '../src/index.ts';
import { openHarness } from './harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const withZod4 = defineWorkflow({
  name: 'test',
  input: z.object({ url: z.string(), most: z.number().default(3) }),
  result: z.object({ text: z.string() }),
  events: { item: z.object({ title: z.string() }) },
  run: async (ctx, { url, most }) => {
    await ctx.emit('item', { title: url });
    const text = await ctx.step('write', z.string(), async () => `${most}`);
    if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
    return { text };
  },
});

const withZod3 = defineWorkflow({
  name: 'test',
  input: z3.object({ url: z3.string(), most: z3.number().default(3) }),
  result: z3.object({ text: z3.string() }),
  events: { item: z3.object({ title: z3.string() }) },
  run: async (ctx, { url, most }) => {
    await ctx.emit('item', { title: url });
    const text = await ctx.step('write', z3.string(), async () => `${most}`);
    if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
    return { text };
  },
});

const withValibot = defineWorkflow({
  name: 'test',
  input: v.object({ url: v.string(), most: v.optional(v.number(), 3) }),
  result: v.object({ text: v.string() }),
  events: { item: v.object({ title: v.string() }) },
  run: async (ctx, { url, most }) => {
    await ctx.emit('item', { title: url });
    const text = await ctx.step('write', v.string(), async () => `${most}`);
    if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
    return { text };
  },
});

const withArkType = defineWorkflow({
  name: 'test',
  input: type({ url: 'string', most: 'number = 3' }),
  result: type({ text: 'string' }),
  events: { item: type({ title: 'string' }) },
  run: async (ctx, { url, most }) => {
    await ctx.emit('item', { title: url });
    const text = await ctx.step('write', type('string'), async () => `${most}`);
    if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
    return { text };
  },
});

describe.each<readonly [string, WorkflowDefinition]>([
  ['Zod 4', withZod4],
  ['Zod 3.25', withZod3],
  ['Valibot', withValibot],
  ['ArkType', withArkType],
])('with schemas of %s', (_, definition) => {
  test('G2: input, events, steps and result are checked, and defaults are filled in', async () => {
    await using harness = openHarness();
    await harness.work([definition]);
    const events = await harness.ended(
      await harness.start({ input: { url: 'https://a.example' } }),
    );
    expect(events.at(-1)).toMatchObject({
      type: 'workflow:completed',
      data: { result: { text: '3' } },
    });
    const items = events.filter(({ metadata, type: of }) => !/:/.test(of) && metadata);
    const item = { data: { title: 'https://a.example' } };
    expect(items).toMatchObject([item, item]);
  });

  test('B5: an input that does not fit is refused with its path', async () => {
    await expect(readInput(definition, { url: 1 })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/the schema of test: url: .*string/),
    });
  });

  test('B5: an event that does not fit is refused with its path', async () => {
    await using harness = openHarness();
    const wrong: WorkflowDefinition = {
      ...definition,
      run: async (ctx) => ctx.emit('item', { title: { text: 'x' } }),
    };
    await harness.work([wrong]);
    const events = await harness.ended(await harness.start({ input: { url: 'x' } }));
    expect(events.at(-1)).toMatchObject({
      data: { error: { code: 'invalid_event', message: expect.stringContaining('title: ') } },
    });
  });
});

describe('a schema that is asynchronous', () => {
  const later = z.string().refine(async (text) => text !== 'wrong', 'It is wrong.');
  const base = { name: 'test', input: z.json() } as const;

  test('G2: is waited for in inputs, results and steps', async () => {
    await using harness = openHarness();
    const definition = defineWorkflow({
      name: 'test',
      input: later,
      result: later,
      run: async (ctx, text) => ctx.step('one', later, async () => `${text}!`),
    });
    await harness.work([definition]);
    const right = await harness.ended(await harness.start({ input: 'right' }));
    expect(right.at(-1)).toMatchObject({ data: { result: 'right!' } });
    const wrong = await harness.ended(await harness.start({ input: 'wrong' }));
    expect(wrong.at(-1)).toMatchObject({
      data: { error: { code: 'invalid_input', message: expect.stringContaining('It is wrong.') } },
    });
  });

  test('B5: is refused for events, which keep their order', async () => {
    await using harness = openHarness();
    const definition = defineWorkflow({
      ...base,
      events: { item: later },
      run: async (ctx) => ctx.emit('item', 'right'),
    });
    await harness.work([definition]);
    const events = await harness.ended(await harness.start());
    expect(events.at(-1)).toMatchObject({
      data: { error: { code: 'async_schema', message: expect.stringContaining('"item"') } },
    });
  });
});

describe('a step without a schema', () => {
  test.each([
    ['JSON', { a: [1, null, 'x'] }, { a: [1, null, 'x'] }],
    ['an object without what is undefined', { a: 1, b: undefined }, { a: 1 }],
    ['nothing as null', undefined, null],
  ])('F5: keeps %s, the same in every attempt', async (_, returned, kept) => {
    await using harness = openHarness();
    const seen: unknown[] = [];
    const definition = defineWorkflow({
      name: 'test',
      input: z.null(),
      run: async (ctx) => {
        seen.push(await ctx.step('one', async (): Promise<unknown> => returned));
        if (ctx.attempt === 1) throw new RetryableError('busy', 'Busy.');
      },
    });
    await harness.work([definition]);
    await harness.ended(await harness.start());
    expect(seen).toStrictEqual([kept, kept]);
  });

  test.each([
    ['a date', { at: new Date(0) }],
    ['a map', new Map()],
    ['a number that is not finite', Number.NaN],
  ])('B5: refuses %s', async (_, returned) => {
    await using harness = openHarness();
    const definition = defineWorkflow({
      name: 'test',
      input: z.null(),
      run: async (ctx) => void (await ctx.step('one', async (): Promise<unknown> => returned)),
    });
    await harness.work([definition]);
    const events = await harness.ended(await harness.start());
    expect(events.at(-1)).toMatchObject({
      data: { error: { code: 'invalid_step_result', message: expect.stringContaining('"one"') } },
    });
  });
});
