import { type EventId, formatEventId } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { ThreadGuard } from '../src/follow/thread-guard.ts';

const at = (seq: number, incarnation = 'aaaa1111'): EventId => formatEventId({ incarnation, seq });
const status = makeEvent('status', { stage: 's', message: 'm' });
const ONE = 'wf_0123456789abcdef';
const TWO = 'wf_fedcba9876543210';

const kinds = (guard: ThreadGuard, arrivals: readonly (readonly [string, string, string])[]) =>
  arrivals.map(
    ([cursor, workflowId, id]) => guard.check(cursor, { workflowId, id, message: status }).kind,
  );

describe('C4: the events of a thread', () => {
  test('pass once and in order within each workflow, under the cursor of the thread', () => {
    const guard = new ThreadGuard(null);
    expect(
      kinds(guard, [
        ['c1', ONE, at(1)],
        ['c2', TWO, at(1, 'bbbb2222')],
        ['c3', ONE, at(2)],
        ['c3', ONE, at(2)],
        ['c4', TWO, at(2, 'bbbb2222')],
      ]),
    ).toEqual(['entry', 'entry', 'entry', 'repeated', 'entry']);
    expect(guard.cursor).toBe('c4');
    expect(guard.check('c5', { workflowId: ONE, id: at(9), message: makeToken('t') })).toEqual({
      kind: 'entry',
      entry: { cursor: 'c5', workflowId: ONE, id: at(9), message: makeToken('t') },
    });
  });

  test('a gap in one workflow is requested after the last event that passed, and reported when it remains', () => {
    const guard = new ThreadGuard(null);
    expect(
      kinds(guard, [
        ['c1', ONE, at(1)],
        ['c2', ONE, at(3)],
      ]),
    ).toEqual(['entry', 'gap']);
    expect(guard.cursor).toBe('c1');
    const again = guard.check('c2', { workflowId: ONE, id: at(3), message: status });
    expect(again).toMatchObject({ kind: 'entry', problem: { kind: 'gap', id: at(3) } });
  });

  test('after a cursor each workflow continues from its position', () => {
    const guard = new ThreadGuard('c7');
    expect(
      kinds(guard, [
        ['c8', ONE, at(41)],
        ['c9', ONE, at(42)],
        ['c10', ONE, at(44)],
      ]),
    ).toEqual(['entry', 'entry', 'gap']);
  });

  test.each([
    ['null', null],
    ['an invalid workflow id', { workflowId: 'x', id: at(2), message: status }],
    ['an invalid event id', { workflowId: ONE, id: 'x', message: status }],
    ['an invalid event', { workflowId: ONE, id: at(2), message: { type: 'status' } }],
  ])('E10: an unreadable message is reported and skipped: %s', (_name, data) => {
    const guard = new ThreadGuard(null);
    guard.check('c1', { workflowId: ONE, id: at(1), message: status });
    expect(guard.check('c2', data)).toMatchObject({
      kind: 'skipped',
      problem: { kind: 'malformed' },
    });
    expect(guard.cursor).toBe('c2');
    const next = ['c3', ONE, at(3)] as const;
    // If the workflow of the skipped message is unknown, the gap before the next one is requested.
    expect(kinds(guard, [next, next])).toContain('entry');
  });

  test('E10: a workflow that the server cannot read is reported once, until one of its events arrives', () => {
    const guard = new ThreadGuard('c1');
    const failure = { workflowId: ONE, error: { code: 'internal', message: 'Broken.' } };
    expect(guard.check('', failure)).toMatchObject({
      kind: 'skipped',
      problem: { kind: 'unreadable', id: ONE, message: 'Broken.' },
    });
    expect(guard.check('c9', failure)).toEqual({ kind: 'repeated' });
    expect(guard.cursor).toBe('c1');
    expect(kinds(guard, [['c2', ONE, at(1)]])).toEqual(['entry']);
    expect(guard.check('', failure).kind).toBe('skipped');
  });
});
