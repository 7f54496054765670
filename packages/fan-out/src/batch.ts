import type { CursorMismatchReason, Entry } from '@runtape/event-log';

/** One or more consecutive entries of the log. Readers share them: do not change them. */
export interface EntriesBatch {
  readonly kind: 'entries';
  readonly entries: readonly Entry[];
}

/**
 * The cursor does not fit the log: the reader must start again from a snapshot. Ends the stream.
 */
export interface CursorMismatch {
  readonly kind: 'mismatch';
  readonly reason: CursorMismatchReason;
}

export type Batch = EntriesBatch | CursorMismatch;

export const mismatch = (reason: CursorMismatchReason): CursorMismatch => ({
  kind: 'mismatch',
  reason,
});
