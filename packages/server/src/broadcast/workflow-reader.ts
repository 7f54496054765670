import { type EventId, formatEventId, type Replay } from '@runtape/events';
import type { CaughtUp, LiveTail } from '@runtape/fan-out';
import type { FrameContext } from './sse-encoder.ts';
import { type StreamChunk, streamWorkflow } from '../read/stream-workflow.ts';
import type { Surface } from '../metrics/observer.ts';
import type { ChunkEncoder } from './sse-encoder.ts';
import type { StreamProducer } from './client-connection.ts';
import {
  type GroupMember,
  type BroadcastGroup,
  BEHIND,
  type EncodedBatch,
} from './broadcast-group.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { ReadLimiter } from './read-limiter.ts';

/**
 * Chunks above this size, in bytes, yield to the event loop once the time slice is used up, so that
 * hundreds of lagging readers do not block it.
 */
const LARGE_BYTES = 16 * 1024;

/** The output of a workflow reader. */
export interface ReaderOutput {
  /** Do not write while this is false; the data stays in the log until `drained`. */
  readonly isWritable: boolean;
  readonly isClosed: boolean;
  /**
   * Writes a chunk that only this reader has read.
   * @param shared the encoded chunk; the bytes may be shared with other readers.
   */
  writeChunk(chunk: StreamChunk, shared: Uint8Array): void;
  /**
   * Writes a batch that the whole group gets.
   * @returns the surface whose counter the caller updates for the group, or `null` if the events
   *   are already counted.
   */
  writeBatch(batch: EncodedBatch): Surface | null;
}

export interface WorkflowReaderOptions {
  readonly broadcaster: Broadcaster;
  readonly connection: ReaderOutput;
  readonly encoder: ChunkEncoder;
  readonly context: FrameContext;
  /** Continue after this event; `null` streams everything. */
  readonly after: EventId | null;
  /** How the past is sent to a reader without a cursor. */
  readonly replay: Replay;
  /** Only these types of events. Default: all. */
  readonly types: ReadonlySet<string> | undefined;
  /** Notified when the reader completes or fails. */
  readonly end: ReaderEnd;
  /** Called whenever the reader has everything and waits for more. Default: no call. */
  readonly onLive?: (() => void) | undefined;
  /**
   * Limits how many parts of the same stream read concurrently. Default: no limit, as there are no
   * other parts.
   */
  readonly limiter?: ReadLimiter | undefined;
}

export interface ReaderEnd {
  /** Everything was written. */
  complete(): void;
  fail(error: unknown): void;
}

/**
 * Sends one workflow to one client, from a cursor to the end, each event once and in order. It has
 * three states: behind, while it reads pages of history; live, while it is in a group with other
 * readers that have everything; and full, while its client takes no data and it holds only its
 * cursor.
 */
export class WorkflowReader implements StreamProducer, GroupMember {
  readonly #options: WorkflowReaderOptions;
  readonly #end: ReaderEnd;
  #after: EventId | null;
  /** Everything up to this seq was written. Valid only while there is a group. */
  #seq = 0;
  #group: BroadcastGroup | null = null;
  /** Ends the reading of history; `null` while there is none. */
  #reading: AbortController | null = null;
  /** Resumes the reading of history; `null` while it is not paused. */
  #resume: (() => void) | null = null;

  constructor(options: WorkflowReaderOptions) {
    this.#options = options;
    this.#after = options.after;
    this.#end = options.end;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Whether the reader has everything, as far as it knows. */
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
    this.#options.limiter?.release(this);
    this.#leaveTail();
  }

  take(batch: EncodedBatch): Surface | null {
    const { connection } = this.#options;
    const group = this.#group;
    // The reader joined during the delivery and already had these entries.
    if (group === null || this.#seq >= batch.to) return null;
    if (this.#seq !== batch.from) {
      group.leave(this);
      this.#readTail(group);
      return null;
    }
    this.#seq = batch.to;
    const surface = connection.writeBatch(batch);
    if (!connection.isWritable) group.leave(this);
    if (batch.isLast) this.#complete();
    return surface;
  }

  fallBehind(): void {
    if (this.#group === null) return;
    const { incarnation } = this.#group.options;
    // A reader that has received nothing has no cursor and starts with the current log.
    const hasNothing = this.#seq === 0 && this.#after === null;
    if (!hasNothing) this.#after = formatEventId({ incarnation, seq: this.#seq });
    this.#leaveTail();
    void this.#readHistory();
  }

  async #readHistory(): Promise<void> {
    const { broadcaster, connection, encoder, context, types, limiter } = this.#options;
    const reading = new AbortController();
    const { signal } = reading;
    this.#reading = reading;
    const options = {
      ...broadcaster.source,
      workflowId: context.workflowId,
      after: this.#after,
      replay: this.#options.replay,
      types,
      replaceWithState: encoder.replaceWithState,
      signal,
      onCaughtUp: (tail: LiveTail) => this.#takeOver(tail),
    };
    try {
      await this.#waitUntilWritable(signal);
      await limiter?.acquire(this, signal);
      for await (const chunk of streamWorkflow(options)) {
        const shared = encoder.encode(chunk, context);
        if (shared.length > LARGE_BYTES && broadcaster.reading.due)
          await broadcaster.reading.yield();
        await this.#waitUntilWritable(signal);
        this.#after = cursorAfter(chunk) ?? this.#after;
        connection.writeChunk(chunk, shared);
        limiter?.release(this);
        await this.#waitUntilWritable(signal);
        await limiter?.acquire(this, signal);
      }
      this.#reading = null;
      if (this.#group === null) this.#end.complete();
    } catch (error) {
      this.#reading = null;
      if (!signal.aborted) this.#end.fail(error);
    } finally {
      limiter?.release(this);
    }
  }

  /** @throws the reason of the signal. */
  async #waitUntilWritable(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (!this.#options.connection.isWritable) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#resume = resolve;
      await promise;
      this.#resume = null;
      signal.throwIfAborted();
    }
  }

  #takeOver(tail: LiveTail): CaughtUp {
    const { broadcaster, connection, encoder, context, types, onLive } = this.#options;
    const { incarnation } = tail;
    if (incarnation === null || connection.isClosed) return 'keep_reading';
    this.#seq = tail.last;
    this.#group = broadcaster.groupOf({ tail, incarnation, encoder, context, types });
    if (connection.isWritable) this.#group.join(this);
    onLive?.();
    return 'take_over';
  }

  /** Reads from the current position to the end of the tail and then joins the group. */
  #readTail(group: BroadcastGroup): void {
    const { broadcaster, connection, context } = this.#options;
    while (connection.isWritable) {
      const batch = group.batchFor(this.#seq);
      if (batch === BEHIND) {
        this.fallBehind();
        return;
      }
      if (batch === null) {
        group.join(this);
        return;
      }
      this.#seq = batch.to;
      broadcaster.source.observer.eventsRead(context.workflowId, batch.entries);
      const surface = connection.writeBatch(batch);
      if (surface !== null) broadcaster.source.observer.delivered(surface, batch.events);
      if (batch.isLast) {
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
