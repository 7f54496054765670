import { LRUCache } from 'lru-cache';
import { SharedTasks, yieldToEventLoop } from '@runtape/async';
import { cursorMismatch, type EventLog, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId, WorkflowSnapshot } from '@runtape/events';
import { type Fold, foldLog, foldOfNothing, SnapshotScale } from './fold-log.ts';

const MAX_SNAPSHOTS = 200;
const MAX_BYTES = 64 * 1024 * 1024;
/**
 * Above this many characters whoever gets a snapshot has a turn of the event loop to write it down.
 */
const LARGE_CHARS = 100_000;
/** JavaScript keeps two bytes a character where one is not enough. */
const BYTES_PER_CHARACTER = 2;

export interface SnapshotCacheOptions {
  readonly log: EventLog;
  /** Snapshots kept at most. Default: 200. */
  readonly maxSnapshots?: number | undefined;
  /** What they may take together, in bytes, estimated. Default: 64 MiB. */
  readonly maxBytes?: number | undefined;
}

/**
 * What workflows fold to, kept for the next reader: who asks again costs a read of what is new, and
 * nothing when there is nothing new. Those asked for longest ago go first.
 */
export class SnapshotCache {
  readonly #log: EventLog;
  readonly #kept: LRUCache<WorkflowId, Fold>;
  readonly #folding = new SharedTasks<Fold>();
  readonly #scale = new SnapshotScale();

  constructor({ log, maxSnapshots = MAX_SNAPSHOTS, maxBytes = MAX_BYTES }: SnapshotCacheOptions) {
    this.#log = log;
    this.#kept = new LRUCache({
      max: maxSnapshots,
      maxSize: maxBytes,
      sizeCalculation: ({ snapshot }) => this.#scale.weigh(snapshot) * BYTES_PER_CHARACTER,
    });
  }

  /** How many are kept. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * The fold of all that a log had at its record, or of more. Shared between readers, not to be
   * changed. Who asks while a fold of the same workflow is under way joins it.
   * @throws EventLogError; ApiError `unavailable`, `snapshot_too_large`; an AbortError when the
   *   signal aborts.
   */
  async get(record: WorkflowRecord, signal: AbortSignal): Promise<WorkflowSnapshot> {
    const snapshot = await this.#get(record, signal);
    if (this.#scale.weigh(snapshot) > LARGE_CHARS) {
      // It is written down next, in one go: of many who ask at once, one does so in each turn of
      // the event loop.
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
    // It was under way, and read its last page before this record was written. The next one cannot
    // have.
    return (await this.#join(record, signal)).snapshot;
  }

  /** About how many characters a snapshot has as JSON. */
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
    const fold = await foldLog(this.#log, workflowId, begun, { scale: this.#scale, signal });
    this.#kept.set(workflowId, fold);
    return fold;
  }

  /**
   * What is kept, unless it is of another log, or of one that has lost its end or what would come
   * next.
   */
  #keptOf(record: WorkflowRecord): Fold | null {
    const kept = this.#kept.get(record.workflowId);
    if (kept === undefined) return null;
    if (cursorMismatch(record, kept) === null) return kept;
    this.#kept.delete(record.workflowId);
    return null;
  }
}
