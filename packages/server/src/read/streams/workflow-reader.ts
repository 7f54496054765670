import { type EventId, formatEventId, type Replay } from '@runtape/events';
import type { LiveTail } from '@runtape/fan-out';
import type { FrameContext } from './chunk-writer.ts';
import { type StreamChunk, streamWorkflow } from './stream-workflow.ts';
import type { Surface } from '../../metrics/observer.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import type { Streamed } from './connection.ts';
import { type GroupMember, type LiveGroup, BEHIND, type Portion } from './live-group.ts';
import type { LiveStreams } from './live-streams.ts';
import type { ReadingTurns } from './reading-turns.ts';

/**
 * Above this, of hundreds of readers who are behind only so many go on in each turn of the event
 * loop as one slice has time for.
 */
const LARGE_BYTES = 16 * 1024;

/** Where what a reader reads goes. */
export interface ReaderOutput {
  /** Nothing may be written while it is not: what would be waits, in the log, for `drained`. */
  readonly isWritable: boolean;
  readonly isOver: boolean;
  /** Takes what this reader alone has read. @param shared what its writer has made of it. */
  writeChunk(chunk: StreamChunk, shared: Uint8Array): void;
  /**
   * Takes what all of its group get.
   * @returns under what its events are counted together with those of the others; `null` when they
   *   are counted already.
   */
  writePortion(portion: Portion): Surface | null;
}

export interface WorkflowReaderOptions {
  readonly live: LiveStreams;
  readonly connection: ReaderOutput;
  readonly writer: ChunkWriter;
  readonly about: FrameContext;
  /** Go on after this event; `null` streams everything. */
  readonly after: EventId | null;
  /** How the past comes to a reader without a cursor. */
  readonly replay: Replay;
  /** Only these types of events. Default: all. */
  readonly types: ReadonlySet<string> | undefined;
  /** Hears how it ends. */
  readonly end: ReaderEnd;
  /**
   * Called whenever it has everything there is, and waits for more. Default: nobody hears of it.
   */
  readonly onLive?: (() => void) | undefined;
  /** Of the other parts of the same stream, only so many read at once. Default: there are none. */
  readonly turns?: ReadingTurns | undefined;
}

export interface ReaderEnd {
  /** Everything was written. */
  complete(): void;
  fail(error: unknown): void;
}

/**
 * One workflow on its way to one client, from a cursor to the end, each event once and in order. It
 * is in one of three states: behind, when it reads pages of history; live, when it is in a group
 * with all who have everything and takes what they take; or full, when its client takes nothing for
 * now, and it holds nothing but its cursor.
 */
export class WorkflowReader implements Streamed, GroupMember {
  readonly #options: WorkflowReaderOptions;
  readonly #end: ReaderEnd;
  #after: EventId | null;
  /** Everything up to this was written. Counts only while there is a group. */
  #seq = 0;
  #group: LiveGroup | null = null;
  /** Ends the reading of history, while that is under way. */
  #reading: AbortController | null = null;
  /** Lets the reading of history go on. */
  #resume: (() => void) | null = null;

  constructor(options: WorkflowReaderOptions) {
    this.#options = options;
    this.#after = options.after;
    this.#end = options.end;
  }

  get seq(): number {
    return this.#seq;
  }

  /** It has everything there is, as far as it knows. */
  get isLive(): boolean {
    return this.#group !== null;
  }

  start(): void {
    void this.#readHistory();
  }

  drained(): void {
    if (this.#resume !== null) this.#resume();
    else if (this.#group !== null) this.#readTail(this.#group);
  }

  close(): void {
    this.#reading?.abort();
    this.#resume?.();
    this.#options.turns?.release(this);
    this.#leaveTail();
  }

  take(portion: Portion): Surface | null {
    const { connection } = this.#options;
    const group = this.#group;
    // It joined while this was under way, with all of it.
    if (group === null || this.#seq >= portion.to) return null;
    if (this.#seq !== portion.from) {
      group.leave(this);
      this.#readTail(group);
      return null;
    }
    this.#seq = portion.to;
    const surface = connection.writePortion(portion);
    if (!connection.isWritable) group.leave(this);
    if (portion.isLast) this.#complete();
    return surface;
  }

  fallBehind(): void {
    if (this.#group === null) return;
    const { incarnation } = this.#group.options;
    // Who has nothing of whatever log there is begins with the one there is then.
    const hasNothing = this.#seq === 0 && this.#after === null;
    if (!hasNothing) this.#after = formatEventId({ incarnation, seq: this.#seq });
    this.#leaveTail();
    void this.#readHistory();
  }

  async #readHistory(): Promise<void> {
    const { live, connection, writer, about, types, turns } = this.#options;
    const reading = new AbortController();
    const { signal } = reading;
    this.#reading = reading;
    const asked = {
      ...live.source,
      workflowId: about.workflowId,
      after: this.#after,
      replay: this.#options.replay,
      types,
      stateAt: writer.stateAt,
      signal,
      goLive: (tail: LiveTail) => this.#goLive(tail),
    };
    try {
      await this.#untilWritable(signal);
      await turns?.take(this, signal);
      for await (const chunk of streamWorkflow(asked)) {
        const shared = writer.encode(chunk, about);
        if (shared.length > LARGE_BYTES && live.reading.due) await live.reading.yield();
        await this.#untilWritable(signal);
        this.#after = cursorAfter(chunk) ?? this.#after;
        connection.writeChunk(chunk, shared);
        turns?.release(this);
        await this.#untilWritable(signal);
        await turns?.take(this, signal);
      }
      this.#reading = null;
      if (this.#group === null) this.#end.complete();
    } catch (error) {
      this.#reading = null;
      if (!signal.aborted) this.#end.fail(error);
    } finally {
      turns?.release(this);
    }
  }

  /** @throws the reason of the signal. */
  async #untilWritable(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (!this.#options.connection.isWritable) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#resume = resolve;
      await promise;
      this.#resume = null;
      signal.throwIfAborted();
    }
  }

  #goLive(tail: LiveTail): boolean {
    const { live, connection, writer, about, types, onLive } = this.#options;
    const { incarnation } = tail;
    if (incarnation === null || connection.isOver) return false;
    this.#seq = tail.last;
    this.#group = live.groupOf({ tail, incarnation, writer, about, types });
    if (connection.isWritable) this.#group.join(this);
    onLive?.();
    return true;
  }

  /** From where it stands to the end of the tail, and then with the others. */
  #readTail(group: LiveGroup): void {
    const { live, connection, about } = this.#options;
    while (connection.isWritable) {
      const portion = group.portionFor(this.#seq);
      if (portion === BEHIND) {
        this.fallBehind();
        return;
      }
      if (portion === null) {
        group.join(this);
        return;
      }
      this.#seq = portion.to;
      live.source.observer.eventsRead(about.workflowId, portion.entries);
      const surface = connection.writePortion(portion);
      if (surface !== null) live.source.observer.delivered(surface, portion.events);
      if (portion.isLast) {
        this.#complete();
        return;
      }
    }
  }

  #complete(): void {
    this.#leaveTail();
    this.#end.complete();
  }

  #leaveTail(): void {
    const group = this.#group;
    if (group === null) return;
    this.#group = null;
    group.release(this);
    group.options.tail.leave();
  }
}

function cursorAfter(chunk: StreamChunk): EventId | null {
  return chunk.kind === 'entries' ? (chunk.entries.at(-1)?.id ?? null) : chunk.id;
}
