import { isSnapshotMessage, type StreamEntry, type WorkflowSnapshot } from '@runtape/events';
import type { FindReducer } from './own-state/fold-own.ts';
import { reduceWith } from './reduce.ts';

/**
 * Folds an entry of a stream into the state: an event as `reduce` does; the snapshot of a reset or
 * a `workflow:state` replaces the whole state.
 * @returns the next state; the same one when the event is at or before its cursor.
 * @throws WorkflowStateError `other_incarnation` when an event is from another log than the cursor
 *   and no reset preceded it.
 */
export function applyStreamEntry(state: WorkflowSnapshot, entry: StreamEntry): WorkflowSnapshot {
  return applyStreamEntryWith(state, entry, () => undefined);
}

/** Folds an entry as `applyStreamEntry` does, and the workflow's own state with its reducer. */
export function applyStreamEntryWith(
  state: WorkflowSnapshot,
  { id, message }: StreamEntry,
  find: FindReducer,
): WorkflowSnapshot {
  if (!isSnapshotMessage(message)) return reduceWith(state, { id, event: message }, find);
  const cursor = message.type === 'reset' ? message.data.cursor : id;
  return { ...message.data.snapshot, cursor };
}
