import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineContract, defineWorkflow, readInput } from '../src/define/index.ts';
import { openHarness } from './harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-04T05:06:07.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const feed = defineContract({
  name: 'feed',
  input: z.object({ url: z.url(), most: z.int().default(3) }),
  result: z.object({ items: z.int() }),
  events: { item: z.object({ title: z.string() }) },
  state: { titles: [] as string[] },
  reduce: ({ titles }, { data }) => ({ titles: [...titles, data.title] }),
  summary: ({ url }) => ({ title: 'A feed', target: url }),
});

test('G2: a contract has what servers and clients need, and a definition implements it', () => {
  expect(feed.summary({ url: 'https://a.example', most: 1 })).toEqual({
    title: 'A feed',
    target: 'https://a.example',
  });
  const definition = defineWorkflow({ ...feed, run: async () => ({ items: 0 }) });
  expect(definition).toMatchObject({
    ...feed,
    reduce: expect.any(Function),
    summary: expect.any(Function),
    maxAttempts: 3,
  });
});

test('G2: a contract without result, events, state and summary accepts any result, and is called by its name', async () => {
  const contract = defineContract({ name: 'bare', input: z.null() });
  expect(contract.summary(null)).toEqual({ title: 'bare' });
  expect(contract).toMatchObject({ events: {}, state: undefined });
  expect('reduce' in contract).toBe(false);
});

test.each([
  ['what it returns', async () => ({ any: ['thing', null, 1.5] }), { any: ['thing', null, 1.5] }],
  ['null for nothing', async () => undefined, null],
])('G2: the result of a definition without a schema is %s', async (_, run, result) => {
  await using harness = openHarness();
  await harness.work([defineWorkflow({ name: 'test', input: z.null(), run })]);
  const events = await harness.ended(await harness.start());
  expect(events.at(-1)).toMatchObject({ type: 'workflow:completed', data: { result } });
});

test('B5: an input is read with its defaults, and refused with the path of each issue', async () => {
  expect(await readInput(feed, { url: 'https://a.example' })).toEqual({
    url: 'https://a.example',
    most: 3,
  });
  await expect(readInput(feed, { url: 'https://a.example', most: 'x' })).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/schema of feed: most: .*number/),
  });
});

const base = { name: 'feed', input: z.null() } as const;
const reduce = (state: unknown): unknown => state;

test.each([
  ['no name', { ...base, name: ' ' }, /no name/],
  ['an input that is no schema', { ...base, input: { url: 'text' } }, /^input of feed is not/],
  ['a result that is no schema', { ...base, result: 'text' }, /^result of feed is not/],
  ['an event that is no schema', { ...base, events: { item: null } }, /^events.item of feed is/],
  ['an event with a colon', { ...base, events: { 'a:b': z.null() } }, /declares an event "a:b"/],
  ['a state without a reducer', { ...base, state: 0 }, /only one of `state` and `reduce`/],
  ['a reducer without a state', { ...base, reduce }, /only one of `state` and `reduce`/],
  ['a reducer that is no function', { ...base, state: 0, reduce: 'add' }, /only one of/],
  ['a state that is not JSON', { ...base, state: new Map(), reduce }, /state of feed is not JSON/],
])('B5: a contract with %s is refused at once', (_, source, message) => {
  expect(() => {
    // @ts-expect-error -- as from a program without types
    defineContract(source);
  }).toThrow(
    expect.objectContaining({
      code: 'invalid_definition',
      message: expect.stringMatching(message),
    }),
  );
});
