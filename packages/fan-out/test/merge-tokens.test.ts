import {
  type EmittedEvent,
  type EventMetadata,
  formatEventId,
  type KnownEvent,
  mergeTokens,
} from '@runtape/events';
import { type Entry } from '@runtape/event-log';
import { initialState, reduce } from '@runtape/workflow-state';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const timeOf = (seq: number): string => new Date(Date.UTC(2026, 10, 2) + seq).toISOString();

function entryOf(seq: number, emitted: EmittedEvent, metadata?: EventMetadata): Entry {
  const event: KnownEvent = { ...emitted, timestamp: timeOf(seq), ...(metadata && { metadata }) };
  return { id: formatEventId({ incarnation: 'k3v9x2ab', seq }), seq, event };
}

function logOf(...events: readonly (readonly [EmittedEvent, EventMetadata?])[]): readonly Entry[] {
  return events.map(([emitted, metadata], index) => entryOf(index + 1, emitted, metadata));
}

const token = (
  content: string,
  more: { isComplete?: boolean; part?: string } = {},
): EmittedEvent => ({
  type: 'token',
  data: { part: 'draft', content, isComplete: false, ...more },
});

const piece = (content: string, metadata?: object): EmittedEvent => ({
  type: 'token',
  data: { part: 'draft', content, isComplete: false, ...(metadata && { metadata }) },
});

const status: EmittedEvent = { type: 'status', data: { stage: 'working', message: 'Working.' } };

const contents = (entries: readonly Entry[]): readonly string[] =>
  entries.map(({ event }) => (event.type === 'token' ? event.data.content : event.type));

test('F3: neighbouring tokens become one with the id, number and time of the last', () => {
  const log = logOf([token('a')], [token('b')], [token('c', { isComplete: true })]);
  expect(mergeTokens(log)).toEqual([entryOf(3, token('abc', { isComplete: true }))]);
});

test('an unmerged entry stays the same object', () => {
  const log = logOf([status], [token('a')], [status]);
  const merged = mergeTokens(log);
  expect(merged).toHaveLength(3);
  merged.forEach((entry, index) => expect(entry).toBe(log[index]));
});

test('E2: a token that reports spending is not merged into the next one, which would not report it', () => {
  const spent = { usage: null, cost: 0.25 };
  const log = logOf(
    [token('a')],
    [token('b'), { attempt: 1, spent }],
    [token('c'), { attempt: 1 }],
  );
  const merged = mergeTokens(log);
  expect(contents(merged)).toEqual(['a', 'b', 'c']);
  const withSpending = logOf([token('a'), { attempt: 1 }], [token('b'), { attempt: 1, spent }]);
  expect(mergeTokens(withSpending)).toEqual([entryOf(2, token('ab'), { attempt: 1, spent })]);
});

test('F3: merging does not change the entries it reads', () => {
  const log = logOf([token('a')], [token('b')]);
  const copy = structuredClone(log);
  mergeTokens(log);
  expect(log).toEqual(copy);
});

describe('F3: tokens are never merged', () => {
  test.each<[string, readonly Entry[]]>([
    ['across another event', logOf([token('a')], [status], [token('b')])],
    ['across parts', logOf([token('a')], [token('b', { part: 'notes' })])],
    ['across the end of a part', logOf([token('a', { isComplete: true })], [token('b')])],
    ['across steps', logOf([token('a'), { step: 'one' }], [token('b'), { step: 'two' }])],
    ['into a step', logOf([token('a')], [token('b'), { step: 'one' }])],
    ['across attempts', logOf([token('a'), { attempt: 1 }], [token('b'), { attempt: 2 }])],
  ])('%s', (_, log) => {
    expect(mergeTokens(log)).toEqual(log);
  });
});

test('A10: merged text is bounded, and a longer single token stays whole', () => {
  const long = 'x'.repeat(30_000);
  const log = logOf(
    [token(long)],
    [token(long)],
    [token(long)],
    [token('y'.repeat(70_000))],
    [token('z')],
  );
  expect(contents(mergeTokens(log)).map(({ length }) => length)).toEqual([
    60_000, 30_000, 70_000, 1,
  ]);
});

test('A9: finish reason and usage of a chunk survive the merge', () => {
  const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
  const log = logOf(
    [piece('a', { finishReason: 'stop' })],
    [piece('b')],
    [piece('c', { usage })],
    [piece('d')],
  );
  expect(mergeTokens(log)).toEqual([entryOf(4, piece('abcd', { finishReason: 'stop', usage }))]);
});

const anyEvent = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.string({ unit: 'binary' }), fc.boolean(), fc.constantFrom('draft', 'notes'))
      .map(([content, isComplete, part]) => token(content, { isComplete, part })),
  },
  fc.constantFrom<EmittedEvent>(
    status,
    { type: 'step:started', data: { step: 'one' } },
    { type: 'step:completed', data: { step: 'one', durationMs: 1 } },
    { type: 'workflow:running', data: { attempt: 2, maxAttempts: 3 } },
    {
      type: 'workflow:started',
      data: { workflow: 'test', title: '', target: '', budget: { usd: 1 } },
    },
  ),
);
const metadata = fc.record(
  {
    attempt: fc.integer({ min: 1, max: 2 }),
    step: fc.constantFrom('one', 'two'),
    spent: fc.record({ usage: fc.constant(null), cost: fc.option(fc.nat()) }),
  },
  { requiredKeys: [] },
);
const anyLog = fc
  .array(fc.tuple(anyEvent, metadata), { maxLength: 60 })
  .map((events) => logOf(...events));

test('F3: merged entries fold to the same state as the entries they stand for', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const start = initialState('wf_0123456789abcdef');
      expect(mergeTokens(log).reduce(reduce, start)).toStrictEqual(log.reduce(reduce, start));
    }),
  );
});

test('F3: merging in pages, and merging twice, loses nothing and doubles nothing', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(60), (log, cut) => {
      const paged = [...mergeTokens(log.slice(0, cut)), ...mergeTokens(log.slice(cut))];
      expect(contents(mergeTokens(paged))).toEqual(contents(mergeTokens(log)));
    }),
  );
});
