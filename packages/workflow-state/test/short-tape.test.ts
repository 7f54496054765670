import { decodeEvent } from '@runtape/events';
import { initialState } from '@runtape/workflow-state';
import {
  shortTapeSchema,
  TapeHistory,
  type TapeHistoryOptions,
  TapeRecorder,
} from '@runtape/workflow-state/tape';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyLog } from './arbitrary-entries.ts';
import {
  agentStarted,
  completed,
  entriesOf,
  foldAll,
  idOf,
  running,
  started,
  type TestEntry,
  timeOf,
  token,
  WORKFLOW_ID,
} from './entries.ts';

/** The compact tape of a log, as it arrives over the wire. */
function shortOf(entries: readonly TestEntry[]) {
  const recorder = new TapeRecorder();
  for (const entry of entries) recorder.add(entry);
  return shortTapeSchema.parse(JSON.parse(JSON.stringify(recorder.short())));
}

function fromEvents(log: readonly TestEntry[], options?: TapeHistoryOptions): TapeHistory {
  const history = new TapeHistory(initialState(WORKFLOW_ID), options);
  for (const entry of log) expect(history.append(entry)).toBe(true);
  return history;
}

/** A history whose first `cut` events come from a compact tape, and the others one by one. */
function withShortTape(log: readonly TestEntry[], cut: number, options?: TapeHistoryOptions) {
  const history = new TapeHistory(initialState(WORKFLOW_ID), options);
  const takes = cut === 0 || history.adopt(shortOf(log.slice(0, cut)));
  expect(takes).toBe(true);
  for (const entry of log.slice(cut)) expect(history.append(entry)).toBe(true);
  return history;
}

/** Reads missing events until the state is available, as a page does. */
function stateAt(history: TapeHistory, log: readonly TestEntry[], index: number) {
  let read = 0;
  for (let reads = 0; reads < 100; reads += 1) {
    const state = history.stateAt(index);
    if (state !== null) return { state, read };
    const past = history.pastFor(index);
    const missing = history.missingFor(index);
    if (past !== null) {
      const from = log.findIndex(({ id }) => id === past.after) + 1;
      history.fillPast(past, log.slice(from, log.findIndex(({ id }) => id === past.upTo) + 1));
    } else if (missing !== null) {
      const from = log.findIndex(({ id }) => id === missing.after) + 1;
      history.fill(missing, log.slice(from, from + missing.limit));
      read += missing.limit;
    } else {
      throw new Error('There is no state, and nothing is missing.');
    }
  }
  throw new Error('A hundred reads were not enough.');
}

/** Everything that a page shows of each event. */
function readEverything(history: TapeHistory) {
  const { length, cursor, lengthMs, lanes } = history;
  return {
    length,
    cursor,
    lengthMs,
    lanes,
    drawings: [1, 7, 600].map((columns) => history.draw(columns)),
    events: Array.from({ length }, (_, index) => ({
      id: history.idAt(index),
      at: history.timeAt(index),
      place: history.positionOf(index),
      rate: history.rateAt(index),
      index: history.indexAt(history.positionOf(index)),
    })),
  };
}

/** Events at any intervals, including negative ones, as when a clock is set back. */
const unevenLog = fc
  .tuple(
    anyLog.filter((log) => log.length > 0),
    fc.array(fc.oneof(fc.integer({ min: -50, max: 3000 }), fc.integer({ min: 0, max: 1e9 })), {
      minLength: 60,
      maxLength: 60,
    }),
    fc.array(fc.constantFrom(null, null, null, 'workflow:paused', 'workflow:resumed'), {
      minLength: 60,
      maxLength: 60,
    }),
  )
  .map(([log, gaps, pauses]) => {
    let at = Date.parse('2026-11-02T09:00:00.000Z');
    return log.map(({ id, event }, index): TestEntry => {
      at += gaps[index] ?? 0;
      const type = pauses[index] ?? null;
      const timestamp = new Date(at).toISOString();
      return { id, event: type === null ? { ...event, timestamp } : { type, data: {}, timestamp } };
    });
  });

test('F9: a downloaded compact tape, continued with events, equals one built from events, at every event and wherever it continues', () => {
  fc.assert(
    fc.property(unevenLog, fc.nat(60), (log, cut) => {
      const short = withShortTape(log, Math.min(cut, log.length));
      expect(readEverything(short)).toEqual(readEverything(fromEvents(log)));
    }),
  );
});

test('F9: the state at any event of a compact tape is the fold up to it, in any order of access', () => {
  fc.assert(
    fc.property(
      unevenLog,
      fc.nat(60),
      fc.array(fc.nat(59), { minLength: 1, maxLength: 20 }),
      fc.record({
        chunkSize: fc.integer({ min: 1, max: 7 }),
        maxCheckpoints: fc.integer({ min: 2, max: 5 }),
        maxChars: fc.constantFrom(0, 900, 1_000_000),
      }),
      (log, cut, asked, options) => {
        const history = withShortTape(log, Math.min(cut, log.length), options);
        for (const index of asked.map((any) => any % log.length)) {
          const { state } = stateAt(history, log, index);
          expect(state).toStrictEqual(foldAll(log.slice(0, index + 1)));
          expect([null, log[index]?.event]).toContainEqual(history.eventAt(index));
        }
      },
    ),
  );
});

test('F9: a jump reads one range of events, at any distance, and a step reads none', () => {
  const log = entriesOf(started, ...Array.from({ length: 19_999 }, () => token('word ')));
  const history = withShortTape(log, log.length);
  expect(history.eventAt(12_345)).toBeNull();
  expect(stateAt(history, log, 12_345).read).toBe(500);
  expect(history.eventAt(12_345)?.type).toBe('token');
  expect(stateAt(history, log, 12_346).read).toBe(0);
  expect(stateAt(history, log, 2).read).toBe(500);
});

test('F9: a compact tape has two characters per event of a model, plus a few kilobytes that do not grow', () => {
  const short = (events: number) =>
    JSON.stringify(
      shortOf(
        entriesOf(
          started,
          running(1),
          agentStarted('writer'),
          ...Array.from({ length: events }, () => token('word ')),
          completed,
        ).map(({ id, event }, index) => ({
          id,
          event: { ...event, timestamp: new Date(1_793_000_000_000 + index * 25).toISOString() },
        })),
      ),
    ).length;
  expect(short(20_000)).toBeLessThan(60_000);
  expect(short(20_000) - short(10_000)).toBeLessThan(22_000);
});

test('F9: accepts a compact tape only if it extends further and belongs to the same log', () => {
  const log = entriesOf(started, running(1), token('a'), token('b'), token('c'));
  const history = fromEvents(log.slice(0, 3));
  expect(history.adopt(shortOf(log.slice(0, 3)))).toBe(false);
  const foreign = entriesOf(started, ...Array.from({ length: 9 }, () => token('x')));
  expect(
    history.adopt(shortOf(foreign.map(({ event }, n) => ({ id: idOf(n + 1, 'other123'), event })))),
  ).toBe(false);
  expect(history.length).toBe(3);
  expect(history.adopt(shortOf(log))).toBe(true);
  expect([history.length, history.cursor]).toEqual([5, idOf(5)]);
  // The events from before stay.
  expect(history.eventAt(2)).toEqual(log[2]?.event);
});

test('F9: a tape with unreadable times is refused', () => {
  const short = shortOf(entriesOf(started, token('a')));
  const history = () => new TapeHistory(initialState(WORKFLOW_ID));
  expect(() => history().adopt({ ...short, times: `${short.times}!` })).toThrow(RangeError);
  expect(() => history().adopt({ ...short, times: `${short.times}C` })).toThrow(RangeError);
  expect(() => history().adopt({ ...short, times: `${short.times}g` })).toThrow(RangeError);
});

test('F9: the custom types of a workflow are known from a compact tape, and from later events', () => {
  const built = entriesOf(started, running(), token('a'));
  const own = (types: readonly string[]): readonly TestEntry[] => [
    ...built,
    ...types.map((type, index) => ({
      id: idOf(built.length + index + 1),
      event: decodeEvent({ type, data: {}, timestamp: timeOf(built.length + index + 1) }),
    })),
  ];
  const log = own(['item', 'page', 'item', 'late']);
  for (let cut = 0; cut <= log.length; cut += 1) {
    expect(withShortTape(log, cut).ownTypes).toEqual(['item', 'page', 'late']);
  }
  const many = own(Array.from({ length: 300 }, (_, n) => `type${n}`));
  expect(withShortTape(many, 250).ownTypes).toHaveLength(100);
});
