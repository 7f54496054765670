import type { CursorMismatchReason, Entry } from '@runtape/event-log';

/**
 * Entries that follow each other in the log, at least one; shared between readers, not to be
 * changed.
 */
export interface EntriesBatch {
  readonly kind: 'entries';
  readonly entries: readonly Entry[];
}

/** The cursor does not fit: the reader starts again from a snapshot. Ends the stream. */
export interface CursorMismatch {
  readonly kind: 'mismatch';
  readonly reason: CursorMismatchReason;
}

export type Batch = EntriesBatch | CursorMismatch;

export const mismatch = (reason: CursorMismatchReason): CursorMismatch => ({
  kind: 'mismatch',
  reason,
});
