import { TimeSlice } from '@runtape/async';
import { hasEnded, type WorkflowId, type WorkflowStatus } from '@runtape/events';
import type { EncodedEvent } from '../port/append.ts';
import { PAGE_BYTES, type ReadRange, type WorkflowRecord } from '../port/read.ts';
import { OpenEnd, SEGMENT_ENTRIES, SegmentBuilder } from './segment-builder.ts';
import type { Segment, SegmentStore } from '../port/segments.ts';

/**
 * The minimum number of remaining entries at the end of a log that are kept merged; fewer are read
 * as fast from the log itself.
 */
const MIN_ENTRIES = 256;
const PAGE: Omit<ReadRange, 'after'> = { limit: 512, maxBytes: PAGE_BYTES.segment };
/**
 * The maximum number of workflows that wait for their segments; those of others are made when they
 * are next read.
 */
const MAX_WAITING = 1_000;
/**
 * The maximum number of workflows whose progress is remembered; the oldest are forgotten, and
 * checked again.
 */
const MAX_KNOWN = 2_000;
/**
 * The maximum number of logs whose end is held in memory, and of their characters in total;
 * segments of other logs are made by reading the log.
 */
const MAX_OPEN_ENDS = 1_000;
const MAX_OPEN_CHARS = 32 * 1024 * 1024;
/** The maximum number of events of one append that is processed synchronously. */
const MAX_AT_ONCE = 4_096;

/** The end of a log. */
export type LogEnd = Pick<WorkflowRecord, 'workflowId' | 'tail' | 'status'>;

/** Events that were appended to a log. */
export interface AppendedEvents {
  readonly workflowId: WorkflowId;
  /** The incarnation of the log at the append. */
  readonly incarnation: string;
  readonly after: number;
  readonly events: readonly EncodedEvent[];
  /** The status after the append. */
  readonly status: WorkflowStatus;
}

/**
 * Makes the segments of logs in the background: from memory for events that this process appends;
 * by reading the log for events of other processes, and for older logs when they are read. If
 * anything fails, the log still has all entries, and the next read triggers another attempt.
 */
export class SegmentWriter {
  readonly #store: SegmentStore;
  /** The seq up to which segments need not be made. */
  readonly #made = new Map<WorkflowId, number>();
  /** The open ends of logs that this process appends to, oldest first. */
  readonly #openEnds = new Map<WorkflowId, OpenEnd>();
  #openChars = 0;
  /** Logs that wait to be read. */
  readonly #waiting = new Map<WorkflowId, LogEnd>();
  readonly #keeping = new Set<Promise<void>>();
  #running: Promise<void> | null = null;
  #isClosed = false;

  constructor(store: SegmentStore) {
    this.#store = store;
  }

  /** The number of characters held for segments that are not full yet. */
  get heldChars(): number {
    return this.#openChars;
  }

  /** Reports a log whose entries are read although they are in no segment. */
  notice(log: LogEnd): void {
    const open = this.#openEnds.get(log.workflowId);
    if (open !== undefined) {
      // Its segments are made as it grows, unless another process now appends to it.
      if (log.tail < open.last + SEGMENT_ENTRIES) return;
      this.#dropOpenEnd(log.workflowId, open);
    }
    if (this.#isDue(log)) this.#enqueue(log);
  }

  /** Reports what this process has appended to a log, in order. */
  appended(appended: AppendedEvents): void {
    if (this.#isClosed) return;
    const { workflowId, incarnation, after, events, status } = appended;
    let open = this.#openEnds.get(workflowId);
    const isNext = open?.incarnation === incarnation && open.last === after;
    if (open !== undefined && !(isNext && events.length <= MAX_AT_ONCE)) {
      this.#dropOpenEnd(workflowId, open);
      if (open.incarnation !== incarnation) this.#made.delete(workflowId);
      open = undefined;
    }
    if (open === undefined && after === 0 && events.length <= MAX_AT_ONCE) {
      open = new OpenEnd({ incarnation, from: 0 });
      this.#openEnds.set(workflowId, open);
    }
    const tail = after + events.length;
    const end: LogEnd = { workflowId, tail, status };
    if (open === undefined) this.#beginOpenEnd(end, incarnation);
    else this.#append(end, open, events);
  }

  /** Drops waiting tasks and waits for running ones. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.clear();
    this.#openEnds.clear();
    this.#openChars = 0;
    await this.#running;
    await Promise.all(this.#keeping);
  }

  #append(log: LogEnd, open: OpenEnd, events: readonly EncodedEvent[]): void {
    const { workflowId, tail, status } = log;
    const chars = open.chars;
    this.#keepAll(workflowId, open.append(events));
    this.#openChars += open.chars - chars;
    if (hasEnded(status)) {
      this.#dropOpenEnd(workflowId, open);
      if (!open.isWhole) {
        this.#enqueue(log);
        return;
      }
      this.#remember(workflowId, tail);
      const rest = open.takeRest(MIN_ENTRIES);
      if (rest !== null) this.#keepAll(workflowId, [rest]);
    } else if (open.holdsTooMuch) this.#dropOpenEnd(workflowId, open);
    else this.#dropOldest();
  }

  /**
   * Begins an open end for a log that another process appended to before, or that was forgotten:
   * entries that are in no segment have to be read once.
   */
  #beginOpenEnd(log: LogEnd, incarnation: string): void {
    if (!this.#isDue(log)) return;
    if (!hasEnded(log.status)) {
      this.#openEnds.set(log.workflowId, new OpenEnd({ incarnation, from: log.tail }));
      this.#dropOldest();
    }
    this.#enqueue(log);
  }

  #dropOldest(): void {
    while (this.#openEnds.size > MAX_OPEN_ENDS || this.#openChars > MAX_OPEN_CHARS) {
      const [oldest] = this.#openEnds;
      if (oldest === undefined) return;
      this.#dropOpenEnd(...oldest);
    }
  }

  #dropOpenEnd(workflowId: WorkflowId, open: OpenEnd): void {
    if (this.#openEnds.get(workflowId) !== open) return;
    this.#openEnds.delete(workflowId);
    this.#openChars -= open.chars;
  }

  /**
   * Stores segments in this order. When one is refused, so are those after it, and the next read
   * triggers another attempt.
   */
  #keepAll(workflowId: WorkflowId, segments: readonly Segment[]): void {
    for (const segment of segments) {
      const keeping = this.#keep(workflowId, segment).finally(() => this.#keeping.delete(keeping));
      this.#keeping.add(keeping);
    }
  }

  async #keep(workflowId: WorkflowId, segment: Segment): Promise<void> {
    const isStored = await this.#store.keepSegment(workflowId, segment).catch(() => false);
    if (isStored) {
      this.#remember(workflowId, Math.max(this.#made.get(workflowId) ?? 0, segment.last));
      return;
    }
    this.#made.delete(workflowId);
    const open = this.#openEnds.get(workflowId);
    if (open?.incarnation === segment.incarnation) this.#dropOpenEnd(workflowId, open);
  }

  #isDue({ workflowId, tail, status }: LogEnd): boolean {
    const made = this.#made.get(workflowId) ?? 0;
    // A log that ends earlier than before has lost its end.
    const added = tail < made ? tail : tail - made;
    return added >= (hasEnded(status) ? MIN_ENTRIES : SEGMENT_ENTRIES);
  }

  #remember(workflowId: WorkflowId, made: number): void {
    this.#made.delete(workflowId);
    this.#made.set(workflowId, made);
    if (this.#made.size <= MAX_KNOWN) return;
    for (const oldest of this.#made.keys()) {
      this.#made.delete(oldest);
      return;
    }
  }

  #enqueue(log: LogEnd): void {
    const { workflowId } = log;
    if (this.#isClosed) return;
    if (this.#waiting.size >= MAX_WAITING && !this.#waiting.has(workflowId)) {
      const open = this.#openEnds.get(workflowId);
      if (open !== undefined) this.#dropOpenEnd(workflowId, open);
      return;
    }
    this.#waiting.set(workflowId, log);
    this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  async #run(): Promise<void> {
    for (const [workflowId, log] of this.#waiting) {
      this.#waiting.delete(workflowId);
      const open = this.#openEnds.get(workflowId);
      if (open?.isWhole === true) continue;
      try {
        // The segments may have been made together with earlier ones.
        if (this.#isDue(log)) this.#remember(workflowId, await this.#makeAll(workflowId, open));
      } catch {
        // The log may be gone, or the store unavailable. The next read triggers another attempt.
        this.#made.delete(workflowId);
      }
      if (open?.isWhole === false) this.#dropOpenEnd(workflowId, open);
    }
  }

  /**
   * Makes segments by reading the log.
   * @param open receives the remaining entries, so that the next segments can be made without
   *   reading.
   * @returns the seq up to which no segments need to be made.
   */
  async #makeAll(workflowId: WorkflowId, open: OpenEnd | undefined): Promise<number> {
    const slice = new TimeSlice();
    const from = open?.last ?? 0;
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
        // A log that has another incarnation by now refuses the segment.
        builder ??= new SegmentBuilder({ incarnation, after });
        builder.add(entry);
        after = entry.seq;
        if (builder.isFull && !(await keep(builder))) return made;
      }
      if (open !== undefined && after >= from && open.incarnation === incarnation) {
        this.#continueOpenEnd(
          workflowId,
          open,
          builder ?? new SegmentBuilder({ incarnation, after }),
        );
        return made;
      }
      if (after < tail && entries.length > 0) continue;
      if (!hasEnded(status)) return made;
      if (builder !== null && builder.count >= MIN_ENTRIES) await keep(builder);
      return tail;
    }
    return made;
  }

  /** The open end may have been dropped by now. */
  #continueOpenEnd(workflowId: WorkflowId, open: OpenEnd, builder: SegmentBuilder): void {
    if (this.#openEnds.get(workflowId) !== open) return;
    const chars = open.chars;
    this.#keepAll(workflowId, open.continueWith(builder));
    this.#openChars += open.chars - chars;
  }
}
