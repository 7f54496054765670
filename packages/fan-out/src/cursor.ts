import { type EventId, parseEventId } from '@runtape/events';

/** Where a reader stands: it has everything up to `seq`. */
export interface Cursor {
  /** `null` for a reader that begins at the start of whatever log there is. */
  readonly incarnation: string | null;
  readonly seq: number;
}

export function cursorOf(after: EventId | null): Cursor {
  if (after === null) return { incarnation: null, seq: 0 };
  // A text that is no id belongs to no log.
  return parseEventId(after) ?? { incarnation: after, seq: 0 };
}
