import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyLog } from './arbitrary-entries.ts';
import type { ResetMessage, WorkflowSnapshot } from '@runtape/events';
import { applyStreamEntry, initialState, WorkflowStateError } from '@runtape/workflow-state';
import { draftText } from '@runtape/github-workflows/contract';
import {
  entriesOf,
  entryOf,
  foldAll,
  idOf,
  running,
  started,
  type TestEntry,
  timeOf,
  token,
  WORKFLOW_ID,
} from './entries.ts';

const entries = entriesOf(started, running(), token('Hello'), token(' world'));
const asMessage = ({ id, event }: TestEntry) => ({ id, message: event });

function resetTo(snapshot: WorkflowSnapshot, cursor = snapshot.cursor): ResetMessage {
  if (cursor === null) throw new Error('A reset needs a snapshot with a cursor.');
  return {
    type: 'reset',
    data: { reason: 'ahead', snapshot, cursor },
    timestamp: timeOf(5),
  };
}

test('events of a stream fold like entries of a log', () => {
  const state = entries.map(asMessage).reduce(applyStreamEntry, initialState(WORKFLOW_ID));
  expect(state).toEqual(foldAll(entries));
});

test('F2: a reset replaces the state, even with an earlier one, and the stream continues after it', () => {
  const ahead = foldAll(entriesOf(started, running(), token('Gone'), token(' with'), token(' it')));
  const message = resetTo(foldAll(entries.slice(0, 3)));
  const state = applyStreamEntry(ahead, { id: message.data.cursor, message });
  expect(draftText(state)).toBe('Hello');
  expect(draftText(entries.map(asMessage).reduce(applyStreamEntry, state))).toBe('Hello world');
});

test('F2: a reset to another incarnation is followed by its entries; without a reset they are refused', () => {
  const other = foldAll(entries.slice(0, 3));
  const next = { id: idOf(4, 'newone12'), message: entryOf(4, token(' world')).event };
  const message = resetTo({ ...other, cursor: idOf(3, 'newone12') });
  const state = applyStreamEntry(other, { id: message.data.cursor, message });
  expect(draftText(applyStreamEntry(state, next))).toBe('Hello world');
  expect(() => applyStreamEntry(other, next)).toThrow(WorkflowStateError);
});

test('F3: a snapshot and the remaining events give the same state as all events', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(60), (log, cut) => {
      const past = foldAll(log.slice(0, cut));
      const id = past.cursor ?? idOf(0);
      const rest = log.slice(cut).map(asMessage);
      const state = {
        id,
        message: {
          type: 'workflow:state',
          data: { snapshot: past },
          timestamp: timeOf(0),
        } as const,
      };
      const seen = [state, ...rest].reduce(applyStreamEntry, initialState(WORKFLOW_ID));
      const all = foldAll(log);
      expect(seen).toStrictEqual({ ...all, cursor: all.cursor ?? id });
    }),
  );
});
