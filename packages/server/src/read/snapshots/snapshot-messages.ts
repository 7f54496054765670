import type { WorkflowRecord } from '@runtape/event-log';
import {
  type EventId,
  formatEventId,
  type ResetMessage,
  type WorkflowSnapshot,
  type WorkflowStateMessage,
} from '@runtape/events';
import type { SnapshotCache } from './snapshot-cache.ts';

/** Makes the message that answers a cursor that does not fit the log. */
export async function makeReset(
  snapshots: SnapshotCache,
  record: WorkflowRecord,
  reason: ResetMessage['data']['reason'],
  signal: AbortSignal,
): Promise<{ id: EventId; message: ResetMessage }> {
  const snapshot = await snapshots.get(record, signal);
  const id = cursorOf(snapshot, record);
  const data = { reason, snapshot, cursor: id };
  return { id, message: { type: 'reset', data, timestamp: timeOf(snapshot, record) } };
}

/** Makes one message with the current state, for a reader that does not need the past events. */
export async function makeState(
  snapshots: SnapshotCache,
  record: WorkflowRecord,
  signal: AbortSignal,
): Promise<{ id: EventId; message: WorkflowStateMessage }> {
  const snapshot = await snapshots.get(record, signal);
  const timestamp = timeOf(snapshot, record);
  return {
    id: cursorOf(snapshot, record),
    message: { type: 'workflow:state', data: { snapshot }, timestamp },
  };
}

/** Returns the cursor after the last entry of the log. */
export function tailOf({ incarnation, tail }: WorkflowRecord): EventId {
  return formatEventId({ incarnation, seq: tail });
}

/** A log without events has a cursor, too: the one before its first event. */
function cursorOf({ cursor }: WorkflowSnapshot, record: WorkflowRecord): EventId {
  return cursor ?? tailOf({ ...record, tail: 0 });
}

function timeOf({ updatedAt }: WorkflowSnapshot, { createdAt }: WorkflowRecord): string {
  return updatedAt ?? new Date(createdAt).toISOString();
}
