import { TimeSlice } from '@runtape/async';
import { hasEnded, type WorkflowId } from '@runtape/events';
import type { Page, ReadRange, WorkflowRecord } from './event-log.ts';
import { SEGMENT_ENTRIES, type Segment, SegmentBuilder } from './segment.ts';

/** What is left at the end of a log is kept merged from so many entries on; fewer are read as fast from the log itself. */
const LEAST_ENTRIES = 256;
const PAGE: Omit<ReadRange, 'after'> = { limit: 512, maxBytes: 256 * 1024 };
/** Workflows whose segments wait to be made; of more, the first reader has them made. */
const MOST_WAITING = 1_000;
/** Workflows of which it is remembered how far they were looked at; the oldest are forgotten, and looked at again. */
const MOST_KNOWN = 2_000;

/** Where a log ends. */
export type LogEnd = Pick<WorkflowRecord, 'workflowId' | 'tail' | 'status'>;

/** Where the segments of logs are kept. */
export interface SegmentStore {
  /**
   * Up to which seq a log has segments under the incarnation that it has; 0 when it has none.
   * @throws EventLogError `unknown_workflow`.
   */
  segmentsEnd(workflowId: WorkflowId): Promise<number>;
  read(workflowId: WorkflowId, range: ReadRange): Promise<Page>;
  /**
   * Keeps a segment, in one atomic step with the check that it belongs there: the log has this incarnation and all its entries, and
   * the segment follows the one before it.
   * @returns whether it was kept.
   */
  keepSegment(workflowId: WorkflowId, segment: Segment): Promise<boolean>;
}

/**
 * Makes the segments of logs, one after the other and in the background: of what this process appends, as it appends it, and of older logs
 * when somebody reads them. Whatever goes wrong, the log has everything, and the next reader has it tried again.
 */
export class SegmentKeeper {
  readonly #store: SegmentStore;
  /** Up to where it is known that nothing is to be made. */
  readonly #made = new Map<WorkflowId, number>();
  readonly #waiting = new Map<WorkflowId, LogEnd>();
  #running: Promise<void> | null = null;
  #isClosed = false;

  constructor(store: SegmentStore) {
    this.#store = store;
  }

  /** Tells of a log that has grown, or of one whose entries somebody reads that are in no segment. */
  notice(log: LogEnd): void {
    const { workflowId } = log;
    if (this.#isClosed || !this.#isDue(log)) return;
    if (this.#waiting.size >= MOST_WAITING && !this.#waiting.has(workflowId)) return;
    this.#waiting.set(workflowId, log);
    this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.clear();
    await this.#running;
  }

  #isDue({ workflowId, tail, status }: LogEnd): boolean {
    const made = this.#made.get(workflowId) ?? 0;
    // A log that ends before it did has lost its end.
    const added = tail < made ? tail : tail - made;
    return added >= (hasEnded(status) ? LEAST_ENTRIES : SEGMENT_ENTRIES);
  }

  #remember(workflowId: WorkflowId, made: number): void {
    this.#made.delete(workflowId);
    this.#made.set(workflowId, made);
    if (this.#made.size <= MOST_KNOWN) return;
    for (const oldest of this.#made.keys()) {
      this.#made.delete(oldest);
      return;
    }
  }

  async #run(): Promise<void> {
    for (const [workflowId, log] of this.#waiting) {
      this.#waiting.delete(workflowId);
      // What waited may have been made together with what came before it.
      if (!this.#isDue(log)) continue;
      try {
        this.#remember(workflowId, await this.#makeAll(workflowId));
      } catch {
        // It may be gone, or the store is away. The next reader has it tried again.
        this.#made.delete(workflowId);
      }
    }
  }

  /** @returns up to where nothing is to be made. */
  async #makeAll(workflowId: WorkflowId): Promise<number> {
    const slice = new TimeSlice();
    let made = await this.#store.segmentsEnd(workflowId);
    let after = made;
    let builder: SegmentBuilder | null = null;
    const keep = async (full: SegmentBuilder): Promise<boolean> => {
      builder = null;
      if (!(await this.#store.keepSegment(workflowId, full.build()))) return false;
      made = after;
      return true;
    };
    while (!this.#isClosed) {
      if (slice.due) await slice.yield();
      const { entries, record } = await this.#store.read(workflowId, { after, ...PAGE });
      const { incarnation, tail, status } = record;
      for (const entry of entries) {
        if (slice.due) await slice.yield();
        // A log that has taken another incarnation meanwhile refuses the segment.
        builder ??= new SegmentBuilder({ incarnation, after });
        builder.add(entry);
        after = entry.seq;
        if (builder.isFull && !(await keep(builder))) return made;
      }
      if (after < tail && entries.length > 0) continue;
      if (!hasEnded(status)) return made;
      if (builder !== null && builder.count >= LEAST_ENTRIES) await keep(builder);
      return tail;
    }
    return made;
  }
}
