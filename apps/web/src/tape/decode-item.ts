import type { EventItem } from '@runtape/client';
import { decodeStreamMessage, isSnapshotMessage, knownEventSchema } from '@runtape/events';
import type { TapeEntry } from '@runtape/workflow-state/tape';

/**
 * Reads an event as a page of the log has it. One that cannot be read keeps its place, as one of a type that is not known.
 * @returns `null` for what stands in the place of events, such as a snapshot.
 */
export function decodeItem({ id, ...item }: EventItem): TapeEntry | null {
  // Nearly all are; to ask this first takes a third of the time.
  const known = knownEventSchema.safeParse(item);
  if (known.success) return { id, event: known.data };
  try {
    const message = decodeStreamMessage(item);
    return isSnapshotMessage(message) ? null : { id, event: message };
  } catch {
    const { type, timestamp } = item;
    return { id, event: { type: 'unknown', data: { type, data: null }, timestamp } };
  }
}
