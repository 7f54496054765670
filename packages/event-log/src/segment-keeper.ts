import { TimeSlice } from '@runtape/async';
import { hasEnded, type WorkflowId, type WorkflowStatus } from '@runtape/events';
import type { EncodedEvent } from './append.ts';
import { PAGE_BYTES, type ReadRange, type WorkflowRecord } from './read.ts';
import { OpenEnd, SEGMENT_ENTRIES, SegmentBuilder } from './segment-builder.ts';
import type { Segment, SegmentStore } from './segments.ts';

/**
 * What is left at the end of a log is kept merged from so many entries on; fewer are read as fast
 * from the log itself.
 */
const LEAST_ENTRIES = 256;
const PAGE: Omit<ReadRange, 'after'> = { limit: 512, maxBytes: PAGE_BYTES.segment };
/** Workflows whose segments wait to be made; of more, the first reader has them made. */
const MOST_WAITING = 1_000;
/**
 * Workflows of which it is remembered how far they were looked at; the oldest are forgotten, and
 * looked at again.
 */
const MOST_KNOWN = 2_000;
/**
 * Logs whose end is held in memory, and how much all of these hold in characters; the segments of
 * others are made by reading the log.
 */
const MOST_OPEN_ENDS = 1_000;
const MOST_OPEN_CHARS = 32 * 1024 * 1024;
/** An append of more is not looked at in one go. */
const MOST_AT_ONCE = 4_096;

/** Where a log ends. */
export type LogEnd = Pick<WorkflowRecord, 'workflowId' | 'tail' | 'status'>;

/** What was appended to a log. */
export interface AppendedEvents {
  readonly workflowId: WorkflowId;
  /** Under which the log took it. */
  readonly incarnation: string;
  readonly after: number;
  readonly events: readonly EncodedEvent[];
  /** After it. */
  readonly status: WorkflowStatus;
}

/**
 * Makes the segments of logs in the background: of what this process appends, from what it holds in
 * memory; of what others appended, and of older logs when somebody reads them, by reading the log.
 * Whatever goes wrong, the log has everything, and the next reader has it tried again.
 */
export class SegmentKeeper {
  readonly #store: SegmentStore;
  /** Up to where it is known that nothing is to be made. */
  readonly #made = new Map<WorkflowId, number>();
  /** Of logs that this process appends to, oldest first. */
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

  /** How much it holds of logs whose segments are not full yet, in characters. */
  get heldChars(): number {
    return this.#openChars;
  }

  /** Tells of a log whose entries somebody reads that are in no segment. */
  notice(log: LogEnd): void {
    const open = this.#openEnds.get(log.workflowId);
    if (open !== undefined) {
      // Its segments are made as it grows, unless somebody else appends to it by now.
      if (log.tail < open.last + SEGMENT_ENTRIES) return;
      this.#dropOpenEnd(log.workflowId, open);
    }
    if (this.#isDue(log)) this.#enqueue(log);
  }

  /** Tells of what this process has appended to a log, in order. */
  appended(appended: AppendedEvents): void {
    if (this.#isClosed) return;
    const { workflowId, incarnation, after, events, status } = appended;
    let open = this.#openEnds.get(workflowId);
    const isNext = open?.incarnation === incarnation && open.last === after;
    if (open !== undefined && !(isNext && events.length <= MOST_AT_ONCE)) {
      this.#dropOpenEnd(workflowId, open);
      if (open.incarnation !== incarnation) this.#made.delete(workflowId);
      open = undefined;
    }
    if (open === undefined && after === 0 && events.length <= MOST_AT_ONCE) {
      open = new OpenEnd({ incarnation, from: 0 });
      this.#openEnds.set(workflowId, open);
    }
    const tail = after + events.length;
    const end: LogEnd = { workflowId, tail, status };
    if (open === undefined) this.#beginOpenEnd(end, incarnation);
    else this.#append(end, open, events);
  }

  /** Ends what is under way. */
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
      const rest = open.takeRest(LEAST_ENTRIES);
      if (rest !== null) this.#keepAll(workflowId, [rest]);
    } else if (open.holdsTooMuch) this.#dropOpenEnd(workflowId, open);
    else this.#dropOldest();
  }

  /**
   * Somebody else has appended to the log before, or it was forgotten: what is in no segment has to
   * be read once.
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
    while (this.#openEnds.size > MOST_OPEN_ENDS || this.#openChars > MOST_OPEN_CHARS) {
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
   * Has segments kept in this order. When one is not, those after it are not either, and a reader
   * has them made.
   */
  #keepAll(workflowId: WorkflowId, segments: readonly Segment[]): void {
    for (const segment of segments) {
      const keeping = this.#keep(workflowId, segment).finally(() => this.#keeping.delete(keeping));
      this.#keeping.add(keeping);
    }
  }

  async #keep(workflowId: WorkflowId, segment: Segment): Promise<void> {
    const isThere = await this.#store.keepSegment(workflowId, segment).catch(() => false);
    if (isThere) {
      this.#remember(workflowId, Math.max(this.#made.get(workflowId) ?? 0, segment.last));
      return;
    }
    this.#made.delete(workflowId);
    const open = this.#openEnds.get(workflowId);
    if (open?.incarnation === segment.incarnation) this.#dropOpenEnd(workflowId, open);
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

  #enqueue(log: LogEnd): void {
    const { workflowId } = log;
    if (this.#isClosed) return;
    if (this.#waiting.size >= MOST_WAITING && !this.#waiting.has(workflowId)) {
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
        // What waited may have been made together with what came before it.
        if (this.#isDue(log)) this.#remember(workflowId, await this.#makeAll(workflowId, open));
      } catch {
        // It may be gone, or the store is away. The next reader has it tried again.
        this.#made.delete(workflowId);
      }
      if (open?.isWhole === false) this.#dropOpenEnd(workflowId, open);
    }
  }

  /**
   * Makes segments by reading the log.
   * @param open is given what is left over, so that the next segments can be made without reading.
   * @returns up to where nothing is to be made.
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
        // A log that has taken another incarnation meanwhile refuses the segment.
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
      if (builder !== null && builder.count >= LEAST_ENTRIES) await keep(builder);
      return tail;
    }
    return made;
  }

  /** It may have been dropped meanwhile. */
  #continueOpenEnd(workflowId: WorkflowId, open: OpenEnd, builder: SegmentBuilder): void {
    if (this.#openEnds.get(workflowId) !== open) return;
    const chars = open.chars;
    this.#keepAll(workflowId, open.continueWith(builder));
    this.#openChars += open.chars - chars;
  }
}
