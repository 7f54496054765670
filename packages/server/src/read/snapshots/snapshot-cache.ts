import { LRUCache } from 'lru-cache';
import { SharedTasks, yieldToEventLoop } from '@runtape/async';
import { cursorMismatch, type EventLog, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId, WorkflowSnapshot } from '@runtape/events';
import { reduce, type WorkflowReducer } from '@runtape/workflow-state';
import { type Fold, foldLog, foldOfNothing, SnapshotScale } from './fold-log.ts';

const MAX_SNAPSHOTS = 200;
/** Snapshots of past moments, for those who go back and forth. */
const MAX_PAST = 50;
const PAST_SHARE = 0.25;
const MAX_BYTES = 64 * 1024 * 1024;
/**
 * Above this size, in characters, each reader gets a snapshot in its own turn of the event loop,
 * because serializing it takes long.
 */
const LARGE_CHARS = 100_000;
/** JavaScript stores two bytes per character where one is not enough. */
const BYTES_PER_CHARACTER = 2;

export interface SnapshotCacheOptions {
  readonly log: EventLog;
  /** Folds an entry. Default: without the own state of workflows. */
  readonly reduce?: WorkflowReducer['reduce'] | undefined;
  /** The maximum number of cached snapshots. Default: 200. */
  readonly maxSnapshots?: number | undefined;
  /** The maximum estimated size of all snapshots, in bytes. Default: 64 MiB. */
  readonly maxBytes?: number | undefined;
}

/**
 * Caches the snapshots of workflows. A repeated request reads only the new entries, and nothing if
 * there are none. The least recently used snapshots are evicted first.
 */
export class SnapshotCache {
  readonly #log: EventLog;
  readonly #reduce: WorkflowReducer['reduce'];
  readonly #kept: LRUCache<WorkflowId, Fold>;
  readonly #past: LRUCache<string, Fold>;
  readonly #folding = new SharedTasks<Fold>();
  readonly #scale = new SnapshotScale();

  constructor(options: SnapshotCacheOptions) {
    const { maxSnapshots = MAX_SNAPSHOTS, maxBytes = MAX_BYTES } = options;
    this.#log = options.log;
    this.#reduce = options.reduce ?? reduce;
    const sizeCalculation = ({ snapshot }: Fold): number =>
      this.#scale.weigh(snapshot) * BYTES_PER_CHARACTER;
    this.#kept = new LRUCache({ max: maxSnapshots, maxSize: maxBytes, sizeCalculation });
    this.#past = new LRUCache({
      max: MAX_PAST,
      maxSize: Math.ceil(maxBytes * PAST_SHARE),
      sizeCalculation,
    });
  }

  /** The number of cached snapshots. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * Returns the snapshot of at least all entries that `record` counts. Readers share it: do not
   * change it. Concurrent calls for the same workflow share one fold.
   * @throws EventLogError; ApiError `unavailable`, `snapshot_too_large`; an AbortError when the
   *   signal aborts.
   */
  async get(record: WorkflowRecord, signal: AbortSignal): Promise<WorkflowSnapshot> {
    return await this.#inTurn(await this.#get(record, signal), signal);
  }

  /**
   * Returns the snapshot right after an entry of the log.
   * @param seq that of the entry, which `record` counts.
   * @throws as `get`.
   */
  async getPast(record: WorkflowRecord, seq: number, signal: AbortSignal) {
    const { workflowId, incarnation } = record;
    const log = `${workflowId} ${incarnation}`;
    const key = `${log} ${seq}`;
    const known = this.#past.get(key);
    if (known !== undefined) return await this.#inTurn(known.snapshot, signal);
    const { snapshot } = await this.#folding.join(key, signal, async (shared) => {
      const before = Array.from(this.#past.entries())
        .filter(([other, fold]) => other.startsWith(`${log} `) && fold.seq < seq)
        .map(([, fold]) => fold);
      const begun = before.reduce(
        (latest, fold) => (fold.seq > latest.seq ? fold : latest),
        foldOfNothing(record),
      );
      const how = { reduce: this.#reduce, scale: this.#scale, signal: shared, upTo: seq };
      const fold = await foldLog(this.#log, workflowId, begun, how);
      this.#past.set(key, fold);
      return fold;
    });
    return await this.#inTurn(snapshot, signal);
  }

  async #inTurn(snapshot: WorkflowSnapshot, signal: AbortSignal): Promise<WorkflowSnapshot> {
    if (this.#scale.weigh(snapshot) > LARGE_CHARS) {
      // The caller serializes it next, without a break. Of many concurrent callers, one does so in
      // each turn of the event loop.
      await yieldToEventLoop();
      signal.throwIfAborted();
    }
    return snapshot;
  }

  async #get(record: WorkflowRecord, signal: AbortSignal): Promise<WorkflowSnapshot> {
    const kept = this.#keptOf(record);
    if (kept !== null && kept.seq >= record.tail) return kept.snapshot;
    const joined = await this.#join(record, signal);
    if (joined.seq >= record.tail) return joined.snapshot;
    // That fold had already started and read its last page before this record was written. The next
    // fold reads later.
    return (await this.#join(record, signal)).snapshot;
  }

  /** Estimates the length of a snapshot as JSON, in characters. */
  weigh(snapshot: WorkflowSnapshot): number {
    return this.#scale.weigh(snapshot);
  }

  #join(record: WorkflowRecord, signal: AbortSignal): Promise<Fold> {
    const key = `${record.workflowId} ${record.incarnation}`;
    return this.#folding.join(key, signal, (shared) => this.#fold(record, shared));
  }

  async #fold(record: WorkflowRecord, signal: AbortSignal): Promise<Fold> {
    const { workflowId } = record;
    const begun = this.#keptOf(record) ?? foldOfNothing(record);
    const how = { reduce: this.#reduce, scale: this.#scale, signal };
    const fold = await foldLog(this.#log, workflowId, begun, how);
    this.#kept.set(workflowId, fold);
    return fold;
  }

  /**
   * Returns the cached fold, unless the log was replaced or has lost its end or the next entries.
   */
  #keptOf(record: WorkflowRecord): Fold | null {
    const kept = this.#kept.get(record.workflowId);
    if (kept === undefined) return null;
    if (cursorMismatch(record, kept) === null) return kept;
    this.#kept.delete(record.workflowId);
    return null;
  }
}
