import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReducer, reduce } from '@runtape/workflow-state';
import { TapeHistory, type TapeHistoryOptions } from '@runtape/workflow-state/tape';
import { initialState } from '@runtape/workflow-state';
import { anyLog } from './arbitrary-entries.ts';
import { anyRun } from './arbitrary-runs.ts';
import {
  entriesOf,
  foldAll,
  idOf,
  started,
  type TestEntry,
  token,
  WORKFLOW_ID,
} from './entries.ts';

function historyOf(entries: readonly TestEntry[], options?: TapeHistoryOptions): TapeHistory {
  const history = new TapeHistory(initialState(WORKFLOW_ID), options);
  for (const entry of entries) history.append(entry);
  return history;
}

/** Reads missing events until the state is available, as a page does. */
function stateAt(
  history: TapeHistory,
  log: readonly TestEntry[],
  index: number,
  whileReading: () => void = () => {},
) {
  for (let reads = 0; reads < 100; reads += 1) {
    const state = history.stateAt(index);
    if (state !== null) return state;
    const missing = history.missingFor(index);
    if (missing === null) throw new Error('There is no state, and nothing is missing.');
    const from = log.findIndex(({ id }) => id === missing.after) + 1;
    whileReading();
    history.fill(missing, log.slice(from, from + missing.limit));
  }
  throw new Error('A hundred reads were not enough.');
}

test('F9: the state at any event is the fold up to it, in any order of access, even when events were dropped', () => {
  fc.assert(
    fc.property(
      anyLog.filter((log) => log.length > 0),
      fc.array(fc.nat(59), { minLength: 1, maxLength: 20 }),
      fc.record({
        chunkSize: fc.integer({ min: 1, max: 7 }),
        maxCheckpoints: fc.integer({ min: 2, max: 5 }),
        maxChars: fc.constantFrom(0, 900, 1_000_000),
      }),
      (log, asked, options) => {
        const history = historyOf(log, options);
        for (const index of asked.map((any) => any % log.length)) {
          expect(stateAt(history, log, index)).toStrictEqual(foldAll(log.slice(0, index + 1)));
        }
      },
    ),
  );
});

test('G2: F9: with the reducer of a workflow, so is its own state', () => {
  const { reduce: fold } = createReducer([
    {
      name: started.data.workflow,
      state: [],
      reduce: (before, { data }) => {
        const items: readonly unknown[] = Array.isArray(before) ? before : [];
        return [...items, data];
      },
    },
  ]);
  fc.assert(
    fc.property(
      anyRun,
      fc.array(fc.nat(59), { minLength: 1, maxLength: 10 }),
      ({ entries }, asked) => {
        const history = historyOf(entries, { chunkSize: 3, maxCheckpoints: 2, maxChars: 0, fold });
        for (const index of asked.map((any) => any % entries.length)) {
          const folded = entries
            .slice(0, index + 1)
            .reduce((state, entry) => fold(state, entry), initialState(WORKFLOW_ID));
          expect(stateAt(history, entries, index)).toStrictEqual(folded);
        }
      },
    ),
  );
});

test('F9: the same while the log grows, even between a request for missing events and its response', () => {
  fc.assert(
    fc.property(
      anyLog.filter((log) => log.length > 1),
      fc.array(fc.record({ grow: fc.nat(6), late: fc.nat(3), asked: fc.nat(59) }), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.record({
        chunkSize: fc.integer({ min: 1, max: 7 }),
        maxCheckpoints: fc.integer({ min: 2, max: 5 }),
        maxChars: fc.constantFrom(0, 900, 3000),
      }),
      (log, rounds, options) => {
        const history = historyOf(log.slice(0, 1), options);
        const grow = (by: number) => {
          for (const entry of log.slice(history.length, history.length + by)) history.append(entry);
        };
        for (const { grow: early, late, asked } of rounds) {
          grow(early);
          const index = asked % history.length;
          const state = stateAt(history, log, index, () => grow(late));
          expect(state).toStrictEqual(foldAll(log.slice(0, index + 1)));
        }
        for (const [index, { event }] of log.slice(0, history.length).entries()) {
          expect([null, event]).toContainEqual(history.eventAt(index));
        }
      },
    ),
  );
});

test('F9: the end of the log is never dropped, so that it can grow, however large it is', () => {
  const log = entriesOf(started, ...Array.from({ length: 36 }, (_, n) => token(`${n} `)));
  const history = historyOf(log.slice(0, 35), { chunkSize: 10, maxChars: 0 });
  // Earlier states are read while no events arrive.
  for (let index = 0; index < 30; index += 1) stateAt(history, log, index);
  for (const entry of log.slice(35)) history.append(entry);
  expect(history.missingFor(33)).toBeNull();
  expect(history.stateAt(33)).toStrictEqual(foldAll(log.slice(0, 34)));
});

test('F9: accepts an event only if it is the next', () => {
  const [first, second, third] = entriesOf(started, token('a'), token('b'));
  const history = historyOf([]);
  const takes = (entry: TestEntry | undefined) => entry !== undefined && history.append(entry);
  expect(takes(second)).toBe(false);
  expect(takes(first)).toBe(true);
  expect(takes(first)).toBe(false);
  expect(takes(third)).toBe(false);
  expect(takes(second)).toBe(true);
  expect(takes(third && { ...third, id: idOf(3, 'other123') })).toBe(false);
  expect(history.length).toBe(2);
  expect(history.cursor).toBe(idOf(2));
});

test('F9: finds the event of an id, and reports missing ones', () => {
  const history = historyOf(entriesOf(started, token('a'), token('b')));
  expect(history.indexOf(idOf(1))).toBe(0);
  expect(history.indexOf(idOf(3))).toBe(2);
  expect(history.indexOf(idOf(4))).toBeNull();
  expect(history.indexOf(idOf(0))).toBeNull();
  expect(history.indexOf(idOf(2, 'other123'))).toBeNull();
  expect(history.idAt(2)).toBe(idOf(3));
  expect(history.idAt(3)).toBeNull();
});

test('F9: begins at a snapshot if the log no longer has its start', () => {
  const log = entriesOf(started, token('a'), token('b'), token('c'));
  const history = new TapeHistory(foldAll(log.slice(0, 2)));
  for (const entry of log.slice(2)) expect(history.append(entry)).toBe(true);
  expect(history.indexOf(idOf(3))).toBe(0);
  expect(history.indexOf(idOf(2))).toBeNull();
  expect(history.stateAt(0)).toStrictEqual(foldAll(log.slice(0, 3)));
});

test('F9: in 100,000 events a jump folds few of them, and a step only one', () => {
  let folds = 0;
  const log = entriesOf(started, ...Array.from({ length: 99_999 }, () => token('word ')));
  const history = historyOf(log, {
    fold: (state, entry) => {
      folds += 1;
      return reduce(state, entry);
    },
  });
  expect(folds).toBe(100_000);
  folds = 0;
  for (let jump = 0; jump < 100; jump += 1) history.stateAt((jump * 61_803) % 100_000);
  expect(folds).toBeLessThan(100 * 1000);
  history.stateAt(40_123);
  folds = 0;
  history.stateAt(40_124);
  expect(folds).toBe(1);
});
