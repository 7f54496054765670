import { isSnapshotMessage, type StreamEntry, type WorkflowSnapshot } from '@runtape/events';
import { reduce } from './reduce.ts';

/**
 * Folds an entry of a stream into the state: an event as `reduce` does; the snapshot of a reset or
 * a `workflow:state` replaces the whole state.
 * @returns the next state; the same one when the event is at or before its cursor.
 * @throws WorkflowStateError `other_incarnation` when an event is from another log than the cursor
 *   and no reset preceded it.
 */
export function applyStreamEntry(
  state: WorkflowSnapshot,
  { id, message }: StreamEntry,
): WorkflowSnapshot {
  if (!isSnapshotMessage(message)) return reduce(state, { id, event: message });
  const cursor = message.type === 'reset' ? message.data.cursor : id;
  return { ...message.data.snapshot, cursor };
}
