import { TimeSlice } from '@runtape/async';
import { cursorMismatch, type WorkflowRecord } from '@runtape/event-log';
import { hasEnded } from '@runtape/events';
import { type Batch, mismatch } from './batch.ts';
import type { ReadPosition } from './follow.ts';
import type { History } from './history.ts';

/** Reads an ended workflow: pages of history up to its last entry. */
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
  // If the log answers immediately, a long history would block the event loop.
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
      // The log was replaced after its record was read. A reader that has received nothing starts
      // with the new one.
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
