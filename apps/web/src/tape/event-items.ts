import type { EventItem } from '@runtape/client';
import {
  decodeStreamMessage,
  type EventId,
  isOtherType,
  isSnapshotMessage,
  knownEventSchema,
  parseEventId,
} from '@runtape/events';
import type { TapeEntry } from '@runtape/workflow-state/tape';

/**
 * Decodes an event of a page. An unreadable one becomes an event that is not built in.
 * @returns `null` for messages that are not events, such as a snapshot.
 */
export function decodeItem({ id, ...item }: EventItem): TapeEntry | null {
  // Nearly all are known, and trying this first takes a third of the time.
  const known = knownEventSchema.safeParse(item);
  if (known.success) return { id, event: known.data };
  try {
    const message = decodeStreamMessage(item);
    return isSnapshotMessage(message) ? null : { id, event: message };
  } catch {
    const { type, timestamp } = item;
    const other = `unreadable:${type}`;
    return isOtherType(other) ? { id, event: { type: other, data: null, timestamp } } : null;
  }
}

/** Returns the number of an event in its log; 0 for `null`, before the first event. */
export function toSeq(id: EventId | null): number {
  return id === null ? 0 : (parseEventId(id)?.seq ?? 0);
}
