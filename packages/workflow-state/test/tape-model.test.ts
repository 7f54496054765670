import { MARK, QUIET_MS, tokensOf, type EmittedEvent } from '@runtape/events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialState } from '@runtape/workflow-state';
import { type Drawing, LANE, QUIET, TapeHistory } from '@runtape/workflow-state/tape';
import { anyLog } from './arbitrary-entries.ts';
import {
  agentStarted,
  completed,
  entriesOf,
  failed,
  idOf,
  retrying,
  running,
  started,
  token,
  toolCalled,
  toolReturned,
  WORKFLOW_ID,
} from './entries.ts';

const START = Date.parse('2026-11-02T09:00:00.000Z');

/** A tape of events, each with its time in ms after the first. */
function tapeOf(...events: readonly (readonly [ms: number, event: EmittedEvent])[]): TapeHistory {
  const tape = new TapeHistory(initialState(WORKFLOW_ID));
  events.forEach(([ms, event], index) => {
    const timestamp = new Date(START + ms).toISOString();
    tape.append({ id: idOf(index + 1), event: { ...event, timestamp } });
  });
  return tape;
}

/** The marks of all columns between two times. */
const marksBetween = ({ marks, columnMs }: Drawing, from: number, to: number): number =>
  marks
    .slice(Math.floor(from / columnMs), Math.floor(to / columnMs) + 1)
    .reduce((all, some) => all | some, 0);

const paused: EmittedEvent = { type: 'workflow:paused', data: {} };
const resumed: EmittedEvent = { type: 'workflow:resumed', data: {} };
const error = { code: 'model_not_found', message: 'Choose another model.' };
const startedAs = (agentId: string, role: string): EmittedEvent => ({
  type: 'agent:started',
  data: { agentId, name: role, role },
});
const agentCompleted: EmittedEvent = {
  type: 'agent:completed',
  data: { agentId: 'writer', durationMs: 1, usage: null, cost: null },
};

describe('F9: positions', () => {
  test('events keep their distances, and a long quiet time is shortened', () => {
    const tape = tapeOf([0, started], [300, token('a')], [3_600_300, token('b')]);
    expect([0, 1, 2].map((index) => tape.positionOf(index))).toEqual([0, 300, 300 + QUIET_MS]);
    expect(tape.timeAt(2)).toBe(START + 3_600_300);
  });

  test('a clock that was set back does not reverse the tape', () => {
    const tape = tapeOf([5000, started], [0, running()], [100, token('a')]);
    expect([0, 1, 2].map((index) => tape.positionOf(index))).toEqual([0, 0, 100]);
  });

  test('of events at one position the last is found, and before the first event the first', () => {
    const tape = tapeOf([0, started], [0, running()], [100, token('a')]);
    expect([-5, 0, 99, 100, 1e9].map((place) => tape.indexAt(place))).toEqual([0, 1, 1, 2, 2]);
  });

  test('every event is found at its own position', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 5000 }), { minLength: 1 }), (gaps) => {
        let ms = 0;
        const tape = tapeOf(...gaps.map((gap) => [(ms += gap), token('a')] as const));
        for (const [index] of gaps.entries()) {
          const found = tape.indexAt(tape.positionOf(index));
          expect(tape.positionOf(found)).toBe(tape.positionOf(index));
          expect(found).toBeGreaterThanOrEqual(index);
        }
      }),
    );
  });
});

describe('F9: the drawing', () => {
  test('the flow of text, in tokens per second', () => {
    const letters = 'abcd'.repeat(5);
    const pieces = Array.from({ length: 40 }, (_, n) => [1000 + n * 50, token(letters)] as const);
    const { flow, columnMs, peak } = tapeOf([0, started], ...pieces).draw(600);
    // Five tokens of four letters each, twenty times a second.
    expect(peak).toBeGreaterThan(90);
    expect(peak).toBeLessThan(130);
    expect(flow[Math.floor(500 / columnMs)]).toBe(0);
  });

  test('for any log, no token is lost and no more columns are drawn than requested', () => {
    fc.assert(
      fc.property(anyLog, fc.integer({ min: 1, max: 300 }), (log, columns) => {
        const tape = new TapeHistory(initialState(WORKFLOW_ID));
        for (const entry of log) tape.append(entry);
        const { marks, flow } = tape.draw(columns);
        expect(marks.length).toBeLessThanOrEqual(columns);
        expect(flow.length).toBe(marks.length);
        // A single column is not smoothed.
        const [whole = 0] = tape.draw(1).flow;
        const tokens = (whole * tape.draw(1).columnMs) / 1000;
        expect(tokens).toBeCloseTo(
          log.reduce((sum, { event }) => sum + tokensOf(event), 0),
          6,
        );
      }),
    );
  });

  test('tools, steps, warnings and errors are marked where they happened', () => {
    const drawing = tapeOf(
      [0, started],
      [500, toolCalled('one')],
      [1000, toolReturned('one', false)],
      [1500, { type: 'log:created', data: { level: 'error', message: 'no' } }],
      [2000, token('a')],
    ).draw(600);
    expect(marksBetween(drawing, 500, 500)).toBe(MARK.tool);
    expect(marksBetween(drawing, 1000, 1000)).toBe(MARK.warning);
    expect(marksBetween(drawing, 1500, 1500)).toBe(MARK.error);
    expect(marksBetween(drawing, 1600, 2000)).toBe(0);
  });

  test('a pause is a gap up to the resume, and a long quiet time is another kind of gap', () => {
    const drawing = tapeOf(
      [0, started],
      [1000, paused],
      [60_000, resumed],
      [61_000, token('a')],
      [600_000, token('b')],
    ).draw(600);
    expect(marksBetween(drawing, 1000, 2900)).toBe(MARK.pause);
    expect(marksBetween(drawing, 3100, 3900)).toBe(0);
    expect(marksBetween(drawing, 4100, 5800)).toBe(QUIET);
  });

  test('a role has a lane from the start of its agent to its end, even when it starts again', () => {
    const tape = tapeOf(
      [0, started],
      [500, agentStarted('writer')],
      [1000, agentCompleted],
      [2000, agentStarted('writer')],
      [2500, { type: 'log:created', data: { level: 'info', message: '' } }],
      [3000, completed],
    );
    const { lanes, columnMs, end } = tape.draw(600);
    expect(lanes.map(({ role }) => role)).toEqual(['writer']);
    const at = (ms: number) => lanes[0]?.columns[Math.floor(ms / columnMs)];
    expect([400, 700, 1500, 2200, 2800].map(at)).toEqual([0, LANE.runs, 0, LANE.runs, LANE.runs]);
    expect([500, 2000].map(at)).toEqual([LANE.runs | LANE.starts, LANE.runs | LANE.starts]);
    expect(end).toBe('workflow:completed');
  });

  test('a retry ends the lanes of its attempt, and a failure is the end cap', () => {
    const { lanes, marks, columnMs, end } = tapeOf(
      [0, started],
      [500, agentStarted('writer')],
      [1000, retrying(2)],
      [2000, running(2)],
      [3000, failed],
    ).draw(600);
    const at = (ms: number) => lanes[0]?.columns[Math.floor(ms / columnMs)];
    expect([700, 1500, 2500].map(at)).toEqual([LANE.runs, 0, 0]);
    expect((marks[Math.floor(1000 / columnMs)] ?? 0) & MARK.retry).toBe(MARK.retry);
    expect(end).toBe('workflow:failed');
  });

  test('agents of one role share a lane, even when they run at the same time', () => {
    const { lanes, columnMs } = tapeOf(
      [0, started],
      [100, startedAs('writer-1', 'writer')],
      [200, startedAs('writer-2', 'writer')],
      [500, { type: 'agent:failed', data: { agentId: 'writer-1', durationMs: 1, error } }],
      [900, completed],
    ).draw(600);
    const at = (ms: number) => lanes[0]?.columns[Math.floor(ms / columnMs)];
    expect(lanes.length).toBe(1);
    expect([300, 500, 700].map(at)).toEqual([LANE.runs, LANE.runs | LANE.fails, LANE.runs]);
  });

  test('with many roles the last lane is shared by all further roles', () => {
    const agents = Array.from(
      { length: 20 },
      (_, n) => [n * 10, startedAs(`a${n}`, `r${n}`)] as const,
    );
    expect(tapeOf([0, started], ...agents).draw(600).lanes.length).toBe(6);
  });

  test('100,000 events draw no more than a hundred', () => {
    const tape = new TapeHistory(initialState(WORKFLOW_ID));
    const busy = Array.from({ length: 100_000 }, (_, n) =>
      n % 7 === 0 ? toolCalled(`c${n}`) : token('word '),
    );
    for (const entry of entriesOf(started, ...busy)) tape.append(entry);
    const { flow, marks } = tape.draw(600);
    const [whole = 0] = tape.draw(1).flow;
    const tokens = busy.reduce((sum, { type }) => sum + (type === 'token' ? 5 / 4 : 0), 0);
    expect((whole * tape.draw(1).columnMs) / 1000).toBeCloseTo(tokens, 3);
    expect(flow.length).toBeLessThanOrEqual(600);
    expect(marks.length).toBe(flow.length);
  });
});
