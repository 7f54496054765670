import type { StatementSync } from 'node:sqlite';
import { TimeSlice } from '@runtape/async';
import type { Entry, ReadRange } from '@runtape/event-log';
import { formatEventId, storedEventsIn } from '@runtape/events';
import type { Store } from '../database/store.ts';
import { type JoinedRow, joinedRowSchema } from './rows.ts';

/**
 * Pages with a longer entry, in bytes, are read row by row, so that a joined page is small enough
 * to be parsed at once.
 */
const SMALL_BYTES = 1024;
const MAX_ROWS = 1000;

/**
 * Reads pages of small entries, which are the usual case, as one row: SQLite joins their texts, and
 * JSON is parsed once. Row by row, the same page takes more than twice as long. To be used inside a
 * transaction.
 */
export class JoinedEntries {
  readonly #select: StatementSync;

  constructor(store: Store) {
    // The seqs show in which order the events were joined, because SQL guarantees none.
    this.#select = store.prepare(`
      SELECT incarnation, count(*) AS count, total(octet_length(event)) AS bytes,
        group_concat(seq) FILTER (WHERE octet_length(event) <= ${SMALL_BYTES}) AS seqs,
        group_concat(event) FILTER (WHERE octet_length(event) <= ${SMALL_BYTES}) AS events
      FROM (
        SELECT incarnation, seq, event FROM workflows JOIN entries USING (workflow)
        WHERE workflow_id = ? AND seq > ? ORDER BY seq LIMIT ?)`);
  }

  /** @returns `null` when the page has to be read row by row. */
  after(
    workflowId: string,
    { after, limit, maxBytes = Number.POSITIVE_INFINITY }: ReadRange,
  ): JoinedRow | null {
    if (limit > MAX_ROWS) return null;
    const row = joinedRowSchema.parse(this.#select.get(workflowId, after, limit));
    return row.count === 0 || (row.bytes <= maxBytes && row.seqs !== null) ? row : null;
  }
}

/**
 * @returns `null` when entries are missing or one cannot be read; reading row by row shows which.
 */
export async function decodeJoined(joined: JoinedRow): Promise<readonly Entry[] | null> {
  const { incarnation, count, seqs, events } = joined;
  if (count === 0) return [];
  const numbers = seqs?.split(',').map(Number) ?? [];
  const [first = 0] = numbers;
  const isWhole = numbers.every((seq, index) => seq === first + index);
  if (!isWhole || numbers.length !== count || incarnation === null) return null;
  const slice = new TimeSlice();
  const entries: Entry[] = [];
  try {
    for (const event of storedEventsIn(`[${events}]`)) {
      if (slice.due) await slice.yield();
      const seq = first + entries.length;
      entries.push({ id: formatEventId({ incarnation, seq }), seq, event });
    }
  } catch {
    return null;
  }
  return entries.length === count ? entries : null;
}
