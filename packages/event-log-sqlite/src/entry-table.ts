import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { TimeSlice } from '@runtape/async';
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

/** What one read takes from the file at most, whatever is asked for: a page may be shorter, and the reader asks for the next. */
const MOST_ROWS = 5_000;
const MOST_BYTES = 4 * 1024 * 1024;

/** Entries as they are in the file. */
export type EntryRows = readonly Record<string, SQLOutputValue>[];

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

  /** Numbers and stores events at the end of a log. @param events each with the JSON that is stored. */
  append({ row, incarnation, tail }: WriterRow, events: readonly NewEntry[]): readonly Entry[] {
    return events.map(({ event, text }, index) => {
      const seq = tail + 1 + index;
      this.#insert.run(row, seq, text);
      return { id: formatEventId({ incarnation, seq }), seq, event };
    });
  }

  /** A page of entries after a seq, not decoded yet: that takes longer than reading, and needs no transaction. */
  after(workflowId: WorkflowId, { after, limit, maxBytes = MOST_BYTES }: ReadRange): EntryRows {
    const most = {
      limit: Math.min(limit, MOST_ROWS),
      maxBytes: Math.min(maxBytes, MOST_BYTES),
    };
    const rows = this.#selectAfter.iterate(workflowId, after, most.limit);
    return [...takePage(rows, most, bytesOf)];
  }
}

/** An event and its JSON. */
export interface NewEntry {
  readonly event: WorkflowEvent;
  readonly text: string;
}

/** Writes events as JSON, in slices and before the transaction that stores them. */
export async function encodeEntries(events: readonly WorkflowEvent[]): Promise<NewEntry[]> {
  const slice = new TimeSlice();
  const encoded: NewEntry[] = [];
  for (const event of events) {
    if (slice.due) await slice.yield();
    encoded.push({ event, text: JSON.stringify(encodeEvent(event)) });
  }
  return encoded;
}

/** Reads what `after` found, in slices. Throws what is wrong with the first that is no event. */
export async function decodeEntries(rows: EntryRows): Promise<readonly Entry[]> {
  const slice = new TimeSlice();
  const entries: Entry[] = [];
  for (const row of rows) {
    if (slice.due) await slice.yield();
    const { incarnation, seq, event } = entryRowSchema.parse(row);
    entries.push({ id: formatEventId({ incarnation, seq }), seq, event: decodeEvent(event) });
  }
  return entries;
}

function bytesOf({ event }: Record<string, SQLOutputValue>): number {
  return typeof event === 'string' ? event.length : 0;
}
