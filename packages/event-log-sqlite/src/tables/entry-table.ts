import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { TimeSlice } from '@runtape/async';
import {
  type EncodedEvent,
  encodeForLog,
  type Entry,
  type ReadRange,
  takePage,
} from '@runtape/event-log';
import {
  decodeStoredEvent,
  formatEventId,
  type WorkflowEvent,
  type WorkflowId,
} from '@runtape/events';
import type { Store } from '../database/store.ts';
import { isEntryRow } from './rows.ts';
import type { WriterRow } from './workflow-table.ts';

/**
 * The limits of one read from the file, whatever the caller requests: a page may be shorter, and
 * the reader requests the next.
 */
const MAX_ROWS = 5_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** The limits of decoding without slices, which takes a few ms at most. */
const FEW_ROWS = 200;
const FEW_BYTES = 64 * 1024;

/** Entries as stored in the file. */
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

  /** Numbers and stores events at the end of a log. @returns the entries as stored in the file. */
  append({ row, incarnation, tail }: WriterRow, events: readonly EncodedEvent[]): EntryRows {
    return events.map(({ text }, index) => {
      const seq = tail + 1 + index;
      this.#insert.run(row, seq, text);
      return { incarnation, seq, event: text };
    });
  }

  /**
   * A page of entries after a seq, not yet decoded: decoding takes longer than reading, and needs
   * no transaction.
   */
  after(workflowId: WorkflowId, { after, limit, maxBytes = MAX_BYTES }: ReadRange): EntryRows {
    const most = {
      limit: Math.min(limit, MAX_ROWS),
      maxBytes: Math.min(maxBytes, MAX_BYTES),
    };
    const rows = this.#selectAfter.iterate(workflowId, after, most.limit);
    return [...takePage(rows, most, bytesOf)];
  }
}

/** Encodes events as JSON, in slices, before the transaction that stores them. */
export async function encodeEntries(events: readonly WorkflowEvent[]): Promise<EncodedEvent[]> {
  const slice = new TimeSlice();
  const encoded: EncodedEvent[] = [];
  for (const event of events) {
    if (slice.due) await slice.yield();
    encoded.push(encodeForLog(event));
  }
  return encoded;
}

/** Decodes the result of `after` in slices. Throws the error of the first invalid entry. */
export async function decodeEntries(rows: EntryRows): Promise<readonly Entry[]> {
  const slice = new TimeSlice();
  const entries: Entry[] = [];
  for (const row of rows) {
    if (slice.due) await slice.yield();
    entries.push(decodeEntry(row));
  }
  return entries;
}

/** As `decodeEntries`, but synchronous: `null` if that would take long, or an entry is invalid. */
export function decodeFewEntries(rows: EntryRows): readonly Entry[] | null {
  if (rows.length > FEW_ROWS) return null;
  const bytes = rows.reduce((sum, row) => sum + bytesOf(row), 0);
  if (bytes > FEW_BYTES) return null;
  try {
    return rows.map(decodeEntry);
  } catch {
    return null;
  }
}

function decodeEntry(row: EntryRows[number]): Entry {
  if (!isEntryRow(row)) throw new TypeError('A row is none of an entry.');
  const { incarnation, seq, event } = row;
  return { id: formatEventId({ incarnation, seq }), seq, event: decodeStoredEvent(event) };
}

function bytesOf({ event }: Record<string, SQLOutputValue>): number {
  return typeof event === 'string' ? event.length : 0;
}
