import { type EventId, parseEventId } from '@runtape/events';
import type { WorkflowRecord } from './port/read.ts';

/** The position of a reader: it has everything up to `seq`. */
export interface Cursor {
  /** `null` for a reader that begins at the start of any log. */
  readonly incarnation: string | null;
  readonly seq: number;
}

/** The cursor after the event with this id; `null` is the start. */
export function parseCursor(after: EventId | null): Cursor {
  if (after === null) return { incarnation: null, seq: 0 };
  // A text that is not an id belongs to no log.
  return parseEventId(after) ?? { incarnation: after, seq: 0 };
}

/** Why a cursor does not fit a log. */
export type CursorMismatchReason =
  /** Entries after it are gone. */
  | 'trimmed'
  /** The log ends before it. */
  | 'ahead'
  /** It belongs to another log than this workflow's. */
  | 'other_incarnation';

/** The part of a log that a cursor is compared with: that of a record, or of a reader's copy. */
export interface LogExtent extends Pick<WorkflowRecord, 'first' | 'tail'> {
  /** `null` while unknown. */
  readonly incarnation: string | null;
}

/**
 * Law 4 (docs/architecture.md), decided only here.
 * @returns why a log cannot be read after a cursor, or `null` when it can.
 */
export function cursorMismatch(
  { incarnation, first, tail }: LogExtent,
  cursor: Cursor,
): CursorMismatchReason | null {
  if (cursor.incarnation !== null && cursor.incarnation !== incarnation) return 'other_incarnation';
  if (cursor.seq > tail) return 'ahead';
  return cursor.seq < first - 1 ? 'trimmed' : null;
}
