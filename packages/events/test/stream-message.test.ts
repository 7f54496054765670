import {
  decodeStreamMessage,
  isSnapshotMessage,
  type ResetMessage,
  type StreamMessage,
} from '@runtape/events';
import { describe, expect, test } from 'vitest';
import { aCursor, aSnapshot } from './a-snapshot.ts';

const timestamp = '2026-01-02T03:04:05.678Z';
const snapshot = aSnapshot;
const cursor = aCursor;

describe('a message of a stream', () => {
  test.for(['trimmed', 'ahead', 'other_incarnation'] as const)(
    'F2: a reset (%s) carries a snapshot and the cursor to continue from',
    (reason) => {
      const reset: ResetMessage = { type: 'reset', data: { reason, snapshot, cursor }, timestamp };
      expect(decodeStreamMessage(JSON.parse(JSON.stringify(reset)))).toEqual(reset);
    },
  );

  test('F3: the state of a workflow is a message that carries its snapshot', () => {
    const state: StreamMessage = { type: 'workflow:state', data: { snapshot }, timestamp };
    expect(decodeStreamMessage(JSON.parse(JSON.stringify(state)))).toEqual(state);
    expect(isSnapshotMessage(state)).toBe(true);
  });

  test('E2: a snapshot from before budgets were stored in it is read as one without a budget', () => {
    const { spending: _, ...old } = snapshot;
    const state = { type: 'workflow:state', data: { snapshot: old }, timestamp };
    expect(decodeStreamMessage(state)).toEqual({
      ...state,
      data: { snapshot: { ...old, spending: null } },
    });
  });

  test('is otherwise an event, including one of a type that is not built in', () => {
    const data = { part: 'draft', content: 'a', isComplete: false };
    const token = { type: 'token', data, timestamp };
    expect(decodeStreamMessage(token)).toEqual(token);
    const other = { type: 'new:type', data: 1, timestamp };
    expect(decodeStreamMessage(other)).toEqual(other);
  });

  test.for([
    ['a reset without a snapshot', { type: 'reset', data: { reason: 'ahead', cursor }, timestamp }],
    [
      'a reset with an unknown reason',
      { type: 'reset', data: { reason: 'x', snapshot, cursor }, timestamp },
    ],
    [
      'a reset without a cursor',
      { type: 'reset', data: { reason: 'ahead', snapshot, cursor: 'x' }, timestamp },
    ],
    ['a state without a snapshot', { type: 'workflow:state', data: {}, timestamp }],
    ['no type', { data: 1, timestamp }],
    ['nothing', undefined],
  ] as const)('E10: %s is refused', ([, value]) => {
    expect(() => decodeStreamMessage(value)).toThrow(
      expect.objectContaining({ name: 'TypeError' }),
    );
  });
});
