import { TimeSlice } from '@runtape/async';
import { cursorMismatch, type WorkflowRecord } from '@runtape/event-log';
import { hasEnded } from '@runtape/events';
import { type Batch, mismatch } from './batch.ts';
import type { ReadPosition } from './follow.ts';
import type { History } from './history.ts';

/** Reads a workflow that has ended: pages of history up to its last entry. */
export async function* replay(
  record: WorkflowRecord,
  history: History,
  { cursor, pageSize, signal }: ReadPosition,
): AsyncGenerator<Batch, void> {
  const { workflowId } = record;
  let { incarnation, tail } = record;
  let { seq } = cursor;
  const reason = cursorMismatch(record, cursor);
  if (reason !== null) {
    yield mismatch(reason);
    return;
  }
  // A log may answer at once, and a long history would then be read in one go.
  const slice = new TimeSlice();
  while (seq < tail) {
    if (slice.due) await slice.yield();
    const query = { incarnation, after: seq, limit: pageSize, upTo: tail };
    const page = await history.page(workflowId, query, signal);
    if (typeof page !== 'string') {
      yield { kind: 'entries', entries: page.entries };
      seq = page.last;
      continue;
    }
    if (page === 'other_incarnation' && cursor.incarnation === null && seq === 0) {
      // Replaced since its record was read, and who has nothing yet begins at what there is now.
      const now = await history.recordOfNow(workflowId, signal);
      if (now.incarnation !== incarnation && hasEnded(now.status)) {
        ({ incarnation, tail } = now);
        continue;
      }
    }
    yield mismatch(page);
    return;
  }
}
