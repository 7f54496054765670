import type { Entry } from '@runtape/event-log';

/** Why a cursor does not fit the log. */
export type CursorMismatchReason =
  /** Entries after it are gone. */
  | 'trimmed'
  /** The log has not come that far. */
  | 'ahead'
  /** It belongs to another log than this workflow's. */
  | 'other_incarnation';

/** Entries that follow each other in the log, at least one; shared between readers, not to be changed. */
export interface EntriesBatch {
  readonly kind: 'entries';
  readonly entries: readonly Entry[];
}

/** The cursor does not fit: what the reader has is worth nothing, and it starts again from a snapshot. Ends the stream. */
export interface CursorMismatch {
  readonly kind: 'mismatch';
  readonly reason: CursorMismatchReason;
}

export type Batch = EntriesBatch | CursorMismatch;

export const mismatch = (reason: CursorMismatchReason): CursorMismatch => ({
  kind: 'mismatch',
  reason,
});
