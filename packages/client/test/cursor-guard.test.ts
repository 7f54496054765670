import { type EventId, formatEventId, type StreamMessage } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { initialState } from '@runtape/workflow-state';
import { describe, expect, test } from 'vitest';
import { CursorGuard } from '../src/follow/cursor-guard.ts';

const at = (seq: number, incarnation = 'aaaa1111'): EventId => formatEventId({ incarnation, seq });
const status = makeEvent('status', { stage: 's', message: 'm' });
const token = makeToken('t');

const reset = (cursor: EventId): StreamMessage => ({
  type: 'reset',
  data: { reason: 'ahead', cursor, snapshot: initialState('wf_0123456789abcdef') },
  timestamp: status.timestamp,
});

const kinds = (guard: CursorGuard, arrivals: readonly (readonly [string, unknown])[]) =>
  arrivals.map(([id, data]) => guard.check(id, data).kind);

describe('A3: each event passes once and in order', () => {
  test('an event that was seen before is repeated, and does not pass', () => {
    const guard = new CursorGuard(at(2));
    expect(
      kinds(guard, [
        [at(1), status],
        [at(2), status],
        [at(3), status],
        [at(3), status],
        [at(2), token],
      ]),
    ).toEqual(['repeated', 'repeated', 'entry', 'repeated', 'repeated']);
    expect(guard.cursor).toBe(at(3));
  });

  test('a token may stand for several merged tokens', () => {
    const guard = new CursorGuard(at(2));
    expect(kinds(guard, [[at(9), token]])).toEqual(['entry']);
    expect(guard.cursor).toBe(at(9));
  });

  test('without a cursor, the first event has number one', () => {
    expect(kinds(new CursorGuard(null), [[at(1), status]])).toEqual(['entry']);
    expect(kinds(new CursorGuard(null), [[at(2), status]])).toEqual(['gap']);
  });

  test('a gap is requested once, and then reported', () => {
    const guard = new CursorGuard(at(2));
    expect(guard.check(at(4), status)).toEqual({ kind: 'gap' });
    expect(guard.cursor).toBe(at(2));
    expect(guard.check(at(4), status)).toMatchObject({
      kind: 'entry',
      problem: { kind: 'gap', id: at(4) },
    });
    expect(guard.cursor).toBe(at(4));
  });

  test('a gap that was filled is not reported', () => {
    const guard = new CursorGuard(at(2));
    expect(
      kinds(guard, [
        [at(4), status],
        [at(3), status],
        [at(4), status],
      ]),
    ).toEqual(['gap', 'entry', 'entry']);
  });

  test('F2: a reset moves the cursor anywhere; an event of another log without one does not pass', () => {
    const guard = new CursorGuard(at(9));
    expect(guard.check(at(1, 'bbbb2222'), status)).toEqual({ kind: 'gap' });
    expect(guard.check(at(5, 'bbbb2222'), reset(at(5, 'bbbb2222'))).kind).toBe('entry');
    expect(kinds(guard, [[at(6, 'bbbb2222'), status]])).toEqual(['entry']);
  });
});

describe('F3: a snapshot of the past', () => {
  const state: StreamMessage = {
    type: 'workflow:state',
    data: { snapshot: initialState('wf_0123456789abcdef') },
    timestamp: status.timestamp,
  };

  test.each([0, 1, 9])(
    'passes first, with any number, and the next event follows it: %i',
    (seq) => {
      const guard = new CursorGuard(null);
      expect(
        kinds(guard, [
          [at(seq), state],
          [at(seq + 1), status],
          [at(seq + 3), status],
        ]),
      ).toEqual(['entry', 'entry', 'gap']);
    },
  );

  test('never moves a reader back, and one of another log does not pass without a reset', () => {
    const guard = new CursorGuard(at(5));
    expect(
      kinds(guard, [
        [at(5), state],
        [at(9, 'bbbb2222'), state],
        [at(8), state],
      ]),
    ).toEqual(['repeated', 'gap', 'entry']);
    expect(guard.cursor).toBe(at(8));
  });
});

describe('E15: events that the server leaves out', () => {
  test('are not a gap for a reader that requested only some types; another log still is', () => {
    const guard = new CursorGuard(at(2), { isFiltered: true });
    expect(
      kinds(guard, [
        [at(9), status],
        [at(9), status],
        [at(4), status],
        [at(40), status],
        [at(41, 'bbbb2222'), status],
      ]),
    ).toEqual(['entry', 'repeated', 'repeated', 'entry', 'gap']);
  });

  test('are reported by number, so that they are not read again after a reconnect', () => {
    const guard = new CursorGuard(at(2), { isFiltered: true });
    const cursor = { type: 'cursor', data: {}, timestamp: status.timestamp };
    expect(kinds(guard, [[at(258), cursor]])).toEqual(['cursor']);
    expect(guard.cursor).toBe(at(258));
    expect(kinds(guard, [[at(200), cursor]])).toEqual(['cursor']);
    expect(guard.cursor).toBe(at(258));
  });
});

describe('E10: a malformed event', () => {
  test.each([
    ['null', null],
    ['an event without data', { type: 'status' }],
    ['data of the wrong shape', { ...status, data: { stage: 7 } }],
    ['a reset without a snapshot', { type: 'reset', data: {}, timestamp: status.timestamp }],
  ])('is skipped with its number, so that it is not sent again: %s', (_name, data) => {
    const guard = new CursorGuard(at(2));
    expect(guard.check(at(3), data)).toMatchObject({
      kind: 'skipped',
      problem: { kind: 'malformed', id: at(3) },
    });
    expect(kinds(guard, [[at(4), status]])).toEqual(['entry']);
  });

  test.each(['', '3', 'aaaa1111-03', '../x'])('is skipped for its id %j', (id) => {
    const guard = new CursorGuard(at(2));
    expect(guard.check(id, status)).toMatchObject({ kind: 'skipped', problem: { id } });
    expect(guard.cursor).toBe(at(2));
  });

  test('never moves the cursor back', () => {
    const guard = new CursorGuard(at(5));
    expect(kinds(guard, [[at(2), null]])).toEqual(['skipped']);
    expect(guard.cursor).toBe(at(5));
  });

  test('does not include an event whose type comes from a newer version', () => {
    const guard = new CursorGuard(null);
    const verdict = guard.check(at(1), { ...status, type: 'mood', data: { happy: true } });
    expect(verdict).toMatchObject({
      kind: 'entry',
      entry: { message: { type: 'mood', data: { happy: true } } },
    });
  });
});
