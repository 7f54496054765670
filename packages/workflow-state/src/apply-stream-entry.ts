import type { StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { reduce } from './reduce.ts';

/**
 * Folds what a stream delivers: an event like `reduce`, while a reset replaces the whole state by its snapshot.
 * @returns the next state; the same one when the event is at or before its cursor.
 * @throws WorkflowStateError `other_incarnation` when an event is from another log than the cursor and no reset came before it.
 */
export function applyStreamEntry(
  state: WorkflowSnapshot,
  { id, message }: StreamEntry,
): WorkflowSnapshot {
  if (message.type !== 'reset') return reduce(state, { id, event: message });
  const { snapshot, cursor } = message.data;
  return { ...snapshot, cursor };
}
