import { LRUCache } from 'lru-cache';
import { SharedTasks, TimeSlice } from '@runtape/async';
import { cursorMismatch, type EventLog, PAGE_BYTES, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { type ShortTape, TapeRecorder } from '@runtape/workflow-state/tape';
import { ApiError } from '../../errors/api-error.ts';

const PAGE_SIZE = 1000;
const MAX_TAPES = 200;
const MAX_CHARS = 16_000_000;

export interface TapeCacheOptions {
  readonly log: EventLog;
  /** Tapes kept at most. Default: 200. */
  readonly maxTapes?: number | undefined;
  /** What they may have together as JSON, in characters. Default: 16 million. */
  readonly maxChars?: number | undefined;
}

interface Kept {
  readonly incarnation: string;
  readonly recorder: TapeRecorder;
}

/**
 * Tapes in short, kept for the next viewer: whoever asks again costs a read of what is new. Those
 * asked for longest ago go first.
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

  /** How many are kept. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * The tape of all that a log has, or of what it had a moment ago. Whoever asks while one of the
   * same workflow is being made joins it.
   * @returns `null` when the log has no event, or no longer has its first ones.
   * @throws EventLogError; ApiError `unavailable` when the log was made anew meanwhile; an
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
    // Kept when it is whole: one that was left in the middle of a page would go on in the wrong
    // place.
    this.#kept.delete(workflowId);
    const slice = new TimeSlice({ signal });
    for (;;) {
      signal.throwIfAborted();
      if (slice.due) await slice.yield();
      const range = { after: recorder.length, limit: PAGE_SIZE, maxBytes: PAGE_BYTES.answer };
      const { entries, record: now } = await this.#log.read(workflowId, range);
      // A tape has everything from the first event on.
      if (cursorMismatch(now, { incarnation, seq: 0 }) !== null) throw madeAnew();
      for (const entry of entries) {
        if (slice.due) await slice.yield();
        recorder.add(entry);
      }
      if (entries.length === 0 || recorder.length >= now.tail) break;
    }
    this.#kept.set(workflowId, { incarnation, recorder });
    return recorder.short();
  }

  /** What is kept, unless it is of another log, or of one that has lost its end. */
  #keptOf(record: WorkflowRecord): Kept | null {
    const kept = this.#kept.get(record.workflowId);
    if (kept === undefined) return null;
    const { incarnation, recorder } = kept;
    return cursorMismatch(record, { incarnation, seq: recorder.length }) === null ? kept : null;
  }
}

function madeAnew(): ApiError {
  return new ApiError('unavailable', 'The log was made anew while it was read. Try again.');
}
