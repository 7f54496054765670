import { TimeSlice } from '@runtape/async';
import { type Cursor, cursorMismatch } from '@runtape/event-log';
import { mergeTokens } from '@runtape/events';
import { type Batch, mismatch } from './batch.ts';
import type { History } from './history.ts';
import type { CaughtUp, Tail } from './tail.ts';

export interface ReadPosition {
  readonly cursor: Cursor;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  readonly onWait: () => void;
  readonly onCaughtUp: ((tail: Tail) => CaughtUp) | undefined;
}

/**
 * Reads a running workflow: pages of history until the cursor is inside the tail, then the entries
 * of the tail as they arrive.
 */
export async function* follow(
  tail: Tail,
  history: History,
  { cursor, pageSize, signal, onWait, onCaughtUp }: ReadPosition,
): AsyncGenerator<Batch, void> {
  let { seq } = cursor;
  let incarnation = cursor.incarnation ?? (await tail.whenPositioned(signal));
  await ensureTailCovers(tail, history, { incarnation, seq }, signal);
  let isCaughtUp = false;
  const slice = new TimeSlice();
  for (;;) {
    signal.throwIfAborted();
    if (tail.failure !== null) throw tail.failure;
    // A reader without a cursor that has received nothing cannot mismatch: it adopts the current
    // incarnation.
    if (cursor.incarnation === null && seq === 0) incarnation = tail.incarnation ?? incarnation;
    // `first` is 1 here: older entries are read from the log, which reports if they are trimmed.
    const log = { incarnation: tail.incarnation, first: 1, tail: tail.last };
    const reason = cursorMismatch(log, { incarnation, seq });
    if (reason !== null) {
      yield mismatch(reason);
      return;
    }
    if (seq < tail.first - 1) {
      // If the log answers immediately, a long history would block the event loop.
      if (slice.due) {
        await slice.yield();
        continue;
      }
      // No further than the tail: the log may be ahead of it, and then the reader would be, too.
      const query = { incarnation, after: seq, limit: pageSize, upTo: tail.first - 1 };
      const page = await history.page(tail.workflowId, query, signal);
      if (typeof page === 'string') {
        // The log may have been replaced since the tail read it. A reader that has received nothing
        // starts with the new incarnation.
        if (page === 'other_incarnation' && cursor.incarnation === null && seq === 0) {
          await tail.whenCaughtUp(signal);
          if (tail.incarnation !== incarnation) continue;
        }
        yield mismatch(page);
        return;
      }
      yield { kind: 'entries', entries: page.entries };
      seq = page.last;
    } else if (seq < tail.last) {
      const entries = tail.after(seq, pageSize);
      // A reader that was caught up gets the entries unmerged, as objects shared by all readers.
      yield { kind: 'entries', entries: isCaughtUp ? entries : mergeTokens(entries) };
      seq += entries.length;
      isCaughtUp = false;
    } else {
      if (tail.isEnded) return;
      onWait();
      if (onCaughtUp?.(tail) === 'take_over') return;
      await tail.whenChanged(signal);
      isCaughtUp = true;
    }
  }
}

/**
 * Makes the tail read the log if the cursor is past the tail or has another incarnation: the client
 * may have received it from a process that is ahead of this one.
 */
async function ensureTailCovers(
  tail: Tail,
  history: History,
  { incarnation, seq }: { readonly incarnation: string; readonly seq: number },
  signal: AbortSignal,
): Promise<void> {
  if ((await tail.whenPositioned(signal)) !== incarnation) return await tail.whenCaughtUp(signal);
  if (seq <= tail.last) return;
  const record = await history.recordOfNow(tail.workflowId, signal);
  if (seq <= record.tail) await tail.whenCaughtUp(signal);
}
