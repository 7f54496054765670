import { LRUCache } from 'lru-cache';
import { SharedTasks, TimeSlice } from '@runtape/async';
import { cursorMismatch, type EventLog, PAGE_BYTES, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { type ShortTape, TapeRecorder } from '@runtape/workflow-state/tape';
import { logReplaced } from './fold-log.ts';

const PAGE_SIZE = 1000;
const MAX_TAPES = 200;
const MAX_CHARS = 16_000_000;

export interface TapeCacheOptions {
  readonly log: EventLog;
  /** The maximum number of cached tapes. Default: 200. */
  readonly maxTapes?: number | undefined;
  /** The maximum size of all tapes as JSON, in characters. Default: 16 million. */
  readonly maxChars?: number | undefined;
}

interface Kept {
  readonly incarnation: string;
  readonly recorder: TapeRecorder;
}

/**
 * Caches short tapes. A repeated request reads only the new entries. The least recently used tapes
 * are evicted first.
 */
export class TapeCache {
  readonly #log: EventLog;
  readonly #kept: LRUCache<WorkflowId, Kept>;
  readonly #recording = new SharedTasks<ShortTape | null>();

  constructor({ log, maxTapes = MAX_TAPES, maxChars = MAX_CHARS }: TapeCacheOptions) {
    this.#log = log;
    this.#kept = new LRUCache({
      max: maxTapes,
      maxSize: maxChars,
      sizeCalculation: ({ recorder }) => Math.max(1, recorder.chars),
    });
  }

  /** The number of cached tapes. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * Returns the tape of a log, as of now or a moment ago. Concurrent calls for the same workflow
   * share one read.
   * @returns `null` if the log has no events or its first ones were trimmed.
   * @throws EventLogError; ApiError `unavailable` when the log was replaced in the meantime; an
   *   AbortError when the signal aborts.
   */
  async get(record: WorkflowRecord, signal: AbortSignal): Promise<ShortTape | null> {
    if (record.first > 1 || record.tail === 0) return null;
    const key = `${record.workflowId} ${record.incarnation}`;
    return await this.#recording.join(key, signal, (shared) => this.#record(record, shared));
  }

  async #record(record: WorkflowRecord, signal: AbortSignal): Promise<ShortTape | null> {
    const { workflowId, incarnation } = record;
    const { recorder } = this.#keptOf(record) ?? { recorder: new TapeRecorder() };
    // Cached again only when it is complete: a recorder that stopped in the middle of a page would
    // continue at the wrong entry.
    this.#kept.delete(workflowId);
    const slice = new TimeSlice({ signal });
    for (;;) {
      signal.throwIfAborted();
      if (slice.due) await slice.yield();
      const range = { after: recorder.length, limit: PAGE_SIZE, maxBytes: PAGE_BYTES.answer };
      const { entries, record: now } = await this.#log.read(workflowId, range);
      // A tape starts with the first event.
      if (cursorMismatch(now, { incarnation, seq: 0 }) !== null) throw logReplaced();
      for (const entry of entries) {
        if (slice.due) await slice.yield();
        recorder.add(entry);
      }
      if (entries.length === 0 || recorder.length >= now.tail) break;
    }
    this.#kept.set(workflowId, { incarnation, recorder });
    return recorder.short();
  }

  /** Returns the cached tape, unless the log was replaced or has lost its end. */
  #keptOf(record: WorkflowRecord): Kept | null {
    const kept = this.#kept.get(record.workflowId);
    if (kept === undefined) return null;
    const { incarnation, recorder } = kept;
    return cursorMismatch(record, { incarnation, seq: recorder.length }) === null ? kept : null;
  }
}
