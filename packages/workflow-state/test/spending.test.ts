import type { EmittedEvent } from '@runtape/events';
import { expect, test } from 'vitest';
import {
  agentStarted,
  cancelled,
  completed,
  entriesOf,
  failed,
  foldAll,
  retrying,
  running,
  started,
  stepStarted,
  type TestEntry,
  token,
} from './entries.ts';

const limits = { usd: 0.5, tokens: 10_000 };
const withBudget: EmittedEvent = { ...started, data: { ...started.data, budget: limits } };
const usageOf = (totalTokens: number) => ({
  inputTokens: totalTokens,
  outputTokens: 0,
  totalTokens,
});
const spent = (totalTokens: number, cost: number | null) => ({
  attempt: 1,
  spent: { usage: usageOf(totalTokens), cost },
});
const spendingOf = (entries: readonly TestEntry[]) => foldAll(entries).spending;

test('E2: a budget shows from the first event on, with nothing spent', () => {
  expect(spendingOf(entriesOf(withBudget))).toEqual({ limits, usage: null, cost: 0 });
  expect(spendingOf(entriesOf(withBudget, running(), token('a')))).toEqual({
    limits,
    usage: null,
    cost: 0,
  });
});

test('E2: the spending is the latest reported amount, and a retry does not reduce it', () => {
  const log = entriesOf(
    withBudget,
    running(),
    stepStarted('write'),
    [agentStarted('writer'), spent(100, 0.1)],
    [token('a'), spent(300, 0.3)],
    token('b'),
    retrying(2),
    running(2),
  );
  expect(spendingOf(log.slice(0, 4))).toMatchObject({ usage: usageOf(100), cost: 0.1 });
  expect(spendingOf(log)).toEqual({ limits, usage: usageOf(300), cost: 0.3 });
});

test('E2: an unknown cost is reported as unknown, and never as 0', () => {
  const log = entriesOf(withBudget, running(), [token('a'), spent(100, null)]);
  expect(spendingOf(log)).toEqual({ limits, usage: usageOf(100), cost: null });
});

test('E2: the end reports the total; an older end without it keeps the latest reported spending', () => {
  const before = [withBudget, running(), [token('a'), spent(9, 0.001)]] as const;
  expect(spendingOf(entriesOf(...before, completed))).toEqual({
    limits,
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    cost: 0.002,
  });
  for (const end of [failed, cancelled]) {
    expect(spendingOf(entriesOf(...before, end))).toMatchObject({ usage: usageOf(9), cost: 0.001 });
  }
});

test('E2: without a budget, and in a log from before budgets were stored, there is nothing to show', () => {
  expect(
    spendingOf(entriesOf(started, running(), [token('a'), spent(9, 1)], completed)),
  ).toBeNull();
});

test('E2: events that do not change the spending keep the same object', () => {
  const [first, second] = entriesOf(withBudget, token('a'));
  const state = foldAll(first === undefined ? [] : [first]);
  expect(foldAll(second === undefined ? [] : [second], state).spending).toBe(state.spending);
});
