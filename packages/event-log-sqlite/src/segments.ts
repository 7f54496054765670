import type { StatementSync } from 'node:sqlite';
import type { Segment } from '@runtape/event-log';
import type { Store } from './database/store.ts';
import { segmentRowSchema } from './tables/rows.ts';
import type { WriterRow } from './tables/workflow-table.ts';

/** The segments of all logs. To be used inside a transaction. */
export class SegmentTable {
  readonly #selectAfter: StatementSync;
  readonly #selectLast: StatementSync;
  readonly #insert: StatementSync;
  readonly #removeOthers: StatementSync;

  constructor(store: Store) {
    this.#selectAfter = store.prepare(`
      SELECT first, last, segments.incarnation AS incarnation, text FROM workflows JOIN segments USING (workflow)
      WHERE workflow_id = ? AND last > ? ORDER BY last`);
    this.#selectLast = store.prepare(`
      SELECT first, last, incarnation, text FROM segments
      WHERE workflow = ? AND incarnation = ? ORDER BY last DESC LIMIT 1`);
    this.#insert = store.prepare(
      'INSERT INTO segments (workflow, last, first, incarnation, text) VALUES (?, ?, ?, ?, ?)',
    );
    this.#removeOthers = store.prepare(
      'DELETE FROM segments WHERE workflow = ? AND incarnation <> ?',
    );
  }

  /** The segments that end after a seq, in order and one by one, because each may be large. */
  *after(workflowId: string, seq: number): Generator<Segment, void> {
    for (const row of this.#selectAfter.iterate(workflowId, seq)) yield segmentRowSchema.parse(row);
  }

  /** The last seq that segments of the log's incarnation cover. */
  end({ row, incarnation }: WriterRow): number {
    const last = this.#selectLast.get(row, incarnation);
    return last === undefined ? 0 : segmentRowSchema.parse(last).last;
  }

  /** Keeps a segment if it directly follows the existing ones. @returns whether it is stored. */
  keep(writer: WriterRow, { incarnation, first, last, text }: Segment): boolean {
    if (incarnation !== writer.incarnation || last > writer.tail) return false;
    const end = this.end(writer);
    if (last === end) return true;
    if (first !== end + 1) return false;
    // Segments of an earlier incarnation represent entries with other ids.
    if (first === 1) this.#removeOthers.run(writer.row, incarnation);
    this.#insert.run(writer.row, last, first, incarnation, text);
    return true;
  }
}
