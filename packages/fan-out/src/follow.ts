import { TimeSlice } from '@runtape/async';
import { type Cursor, cursorMismatch, mergeTokens } from '@runtape/event-log';
import { type Batch, mismatch } from './batch.ts';
import type { History } from './history.ts';
import type { Tail } from './tail.ts';

export interface ReadPosition {
  readonly cursor: Cursor;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  readonly onWait: () => void;
  readonly goLive: ((tail: Tail) => boolean) | undefined;
}

/**
 * Reads a workflow that runs: pages of history until the cursor is inside the tail, then whatever
 * the tail gets.
 */
export async function* follow(
  tail: Tail,
  history: History,
  { cursor, pageSize, signal, onWait, goLive }: ReadPosition,
): AsyncGenerator<Batch, void> {
  let { seq } = cursor;
  let incarnation = cursor.incarnation ?? (await tail.whenPositioned(signal));
  await letCatchUp(tail, history, { incarnation, seq }, signal);
  let isCaughtUp = false;
  const slice = new TimeSlice();
  for (;;) {
    signal.throwIfAborted();
    if (tail.failure !== null) throw tail.failure;
    // Who has nothing yet, and asked for whatever there is, has nothing to be told of.
    if (cursor.incarnation === null && seq === 0) incarnation = tail.incarnation ?? incarnation;
    // What is older than the tail's entries is read from the log, which tells when they are gone.
    const held = { incarnation: tail.incarnation, first: 1, tail: tail.last };
    const reason = cursorMismatch(held, { incarnation, seq });
    if (reason !== null) {
      yield mismatch(reason);
      return;
    }
    if (seq < tail.first - 1) {
      // The log may answer at once, and a long history would then be read in one go.
      if (slice.due) {
        await slice.yield();
        continue;
      }
      // Up to the tail and no further: the log may be ahead of it, and so would the reader be.
      const query = { incarnation, after: seq, limit: pageSize, upTo: tail.first - 1 };
      const page = await history.page(tail.workflowId, query, signal);
      if (typeof page === 'string') {
        // The log may have taken another incarnation since the tail looked, and who has nothing yet
        // begins at that one.
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
      // Who waited for them gets them as they are, the same objects for everyone.
      yield { kind: 'entries', entries: isCaughtUp ? entries : mergeTokens(entries) };
      seq += entries.length;
      isCaughtUp = false;
    } else {
      if (tail.isEnded) return;
      onWait();
      if (goLive?.(tail) === true) return;
      await tail.whenChanged(signal);
      isCaughtUp = true;
    }
  }
}

/**
 * A cursor past the tail, or of another incarnation, is looked up in the log itself: a client may
 * come from a process that is ahead of this one.
 */
async function letCatchUp(
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
