import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { type Entry, type ReadRange, takePage } from '@runtape/event-log';
import {
  decodeEvent,
  encodeEvent,
  formatEventId,
  type WorkflowEvent,
  type WorkflowId,
} from '@runtape/events';
import { entryRowSchema } from './rows.ts';
import type { Store } from './store.ts';
import type { WriterRow } from './workflow-table.ts';

/** The entries of all logs. To be used inside a transaction. */
export class EntryTable {
  readonly #insert: StatementSync;
  readonly #selectAfter: StatementSync;

  constructor(store: Store) {
    this.#insert = store.prepare('INSERT INTO entries (workflow, seq, event) VALUES (?, ?, ?)');
    this.#selectAfter = store.prepare(`
      SELECT incarnation, seq, event FROM workflows JOIN entries USING (workflow)
      WHERE workflow_id = ? AND seq > ? ORDER BY seq LIMIT ?`);
  }

  /** Numbers and stores events at the end of a log. */
  append(
    { row, incarnation, tail }: WriterRow,
    events: readonly WorkflowEvent[],
  ): readonly Entry[] {
    return events.map((event, index) => {
      const seq = tail + 1 + index;
      this.#insert.run(row, seq, JSON.stringify(encodeEvent(event)));
      return { id: formatEventId({ incarnation, seq }), seq, event };
    });
  }

  after(workflowId: WorkflowId, range: ReadRange): readonly Entry[] {
    const rows = this.#selectAfter.iterate(workflowId, range.after, range.limit);
    return [...takePage(rows, range, bytesOf)].map((row) => {
      const { incarnation, seq, event } = entryRowSchema.parse(row);
      return { id: formatEventId({ incarnation, seq }), seq, event: decodeEvent(event) };
    });
  }
}

function bytesOf({ event }: Record<string, SQLOutputValue>): number {
  return typeof event === 'string' ? event.length : 0;
}
