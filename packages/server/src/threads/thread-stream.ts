import { EventLogError, type ThreadMember } from '@runtape/event-log';
import { type EventId, hasEnded, type WorkflowId } from '@runtape/events';
import { mayChange } from '../accounts/identity.ts';
import type { StreamContext } from '../broadcast/stream-context.ts';
import { ApiError, toApiError } from '../errors/api-error.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';
import type { StreamChunk } from '../read/stream-workflow.ts';
import type { ThreadCursor } from './thread-cursor.ts';
import type { ThreadItem } from './thread-item.ts';
import { ThreadPosition } from './thread-position.ts';
import type { ChunkEncoder } from '../broadcast/sse-encoder.ts';
import type { StreamProducer, ClientConnection } from '../broadcast/client-connection.ts';
import { ReadLimiter } from '../broadcast/read-limiter.ts';
import { ThreadMemberOutput } from './thread-member-output.ts';
import { type ReaderEnd, WorkflowReader } from '../broadcast/workflow-reader.ts';

/**
 * The maximum number of ended workflows that are read concurrently: their history is long, and the
 * cursor names each of them.
 */
const MAX_ENDED = 8;
/**
 * The maximum number of running workflows that are read concurrently; further ones wait until one
 * ends.
 */
const MAX_OPEN = 100;

/** The output of a thread stream. */
export interface ThreadOutput {
  /** Do not write while this is false. */
  readonly isWritable: boolean;
  readonly isClosed: boolean;
  write(items: readonly ThreadItem[]): void;
}

export interface ThreadStreamOptions {
  readonly context: StreamContext;
  readonly output: ThreadOutput;
  readonly threadId: string;
  readonly after: ThreadCursor;
  /**
   * Encodes the part of an event that all readers share; its size is about that of the whole frame.
   */
  readonly encoder: ChunkEncoder;
  /** Called with the reason if a workflow cannot be read. */
  readonly onError: (error: unknown) => void;
  /** Notified if the thread cannot be read. It never completes, as a thread never ends. */
  readonly end: ReaderEnd;
  /** Default: its own. */
  readonly limiter?: ReadLimiter | undefined;
  /**
   * Called whenever a part of the stream has nothing more to read and starts to wait. Default: no
   * call.
   */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Streams all workflows of a thread to one client, existing and joining ones: each from the cursor
 * to its end, each event once and in order, older workflows first. A thread never ends. If it has
 * no workflow yet, the stream waits for the first one. Each workflow has its own reader, which
 * waits together with all other readers of that workflow. A workflow that cannot be read fails
 * alone, and its position in the cursor stays unchanged.
 */
export class ThreadStream implements StreamProducer {
  readonly #options: ThreadStreamOptions;
  readonly #limiter: ReadLimiter;
  readonly #position: ThreadPosition;
  readonly #abort = new AbortController();
  /** Workflows that were started here and have not ended; `null` while one is being looked up. */
  readonly #readers = new Map<WorkflowId, WorkflowReader | null>();
  readonly #started = { ended: new Set<WorkflowId>(), open: new Set<WorkflowId>() };
  readonly #waiting: ThreadMember[] = [];
  #lowWatermark: number;
  #pending: (() => ThreadItem)[] = [];
  /** Continues the listing of members; `null` while it is not paused. */
  #continueReading: (() => void) | null = null;
  /** Whether all current members of the thread are known. */
  #knowsAll = false;

  constructor(options: ThreadStreamOptions) {
    this.#options = options;
    const { threadId, after, limiter = new ReadLimiter() } = options;
    this.#limiter = limiter;
    this.#position = new ThreadPosition(threadId, after);
    this.#lowWatermark = after.position;
    for (const entry of this.#position.entries()) {
      this.#started.open.add(entry.workflowId);
      void this.#open(entry.workflowId, entry.after);
    }
    this.#startNext();
    void this.#follow();
  }

  /** Whether all workflows are read to their current end and there are no new members. */
  get isWaiting(): boolean {
    const isListing = !this.#knowsAll && this.#continueReading === null;
    if (isListing || this.#pending.length > 0) return false;
    return [...this.#readers.values()].every((reader) => reader?.isLive === true);
  }

  drained(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const failure of pending) this.#writeFailure(failure);
    // The first reader may fill the output again, so it comes last next time.
    const readers = [...this.#readers];
    for (const [workflowId, reader] of readers) {
      if (!this.#options.output.isWritable) return;
      if (reader === null || this.#readers.get(workflowId) !== reader) continue;
      this.#readers.delete(workflowId);
      this.#readers.set(workflowId, reader);
      reader.drained();
    }
  }

  close(): void {
    this.#abort.abort();
    this.#continueReading?.();
    this.#limiter.release(this);
    const readers = [...this.#readers.values()];
    this.#readers.clear();
    for (const reader of readers) reader?.close();
  }

  /** Takes a chunk of one workflow. */
  write(workflowId: WorkflowId, chunk: StreamChunk): void {
    const items = this.#position.advance(workflowId, chunk);
    if (items.length > 0) this.#options.output.write(items);
  }

  /** Called when a workflow has been read to its end. */
  ended(workflowId: WorkflowId): void {
    this.#position.end(workflowId);
    this.#leave(workflowId);
  }

  /** Called when a workflow cannot be read. */
  failed(workflowId: WorkflowId, thrown: unknown): void {
    const error = toApiError(thrown);
    if (error.code === 'unavailable') {
      // A store outage affects the whole thread, not one workflow.
      this.#options.end.fail(thrown);
      return;
    }
    // The workflow was removed after its end: there is nothing left to send.
    if (isUnknown(thrown)) {
      this.ended(workflowId);
      return;
    }
    this.#options.onError(thrown);
    this.#writeFailure(() => ({
      kind: 'failure',
      workflowId,
      cursor: this.#position.cursor,
      error,
    }));
    this.#leave(workflowId);
  }

  /**
   * Lists the members and follows joins. Pauses while members are waiting to start, so that no more
   * than one page of a long thread is in memory.
   */
  async #follow(): Promise<void> {
    const { context, threadId, after, end } = this.#options;
    const { signal } = this.#abort;
    const onWait = (): void => {
      this.#limiter.release(this);
      this.#knowsAll = true;
      this.#options.onWait?.();
    };
    try {
      await this.#limiter.acquire(this, signal);
      const members = context.fanOut.thread(threadId, { after: after.position, signal, onWait });
      for await (const update of members) {
        this.#limiter.release(this);
        this.#knowsAll = false;
        this.#lowWatermark = update.lowWatermark;
        const isNew = ({ record }: ThreadMember): boolean =>
          // A shared link shows a single workflow, not as part of its owner's thread.
          !this.#position.has(record.workflowId) && mayChange(context.identity, record);
        this.#waiting.push(...update.members.filter(isNew));
        this.#startNext();
        while (this.#waiting.length > 0) await this.#waitUntilStarted();
        await this.#limiter.acquire(this, signal);
      }
    } catch (error) {
      if (!signal.aborted) end.fail(error);
    } finally {
      this.#limiter.release(this);
    }
  }

  /** @throws the reason of the signal. */
  async #waitUntilStarted(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#continueReading = resolve;
    this.#options.onWait?.();
    await promise;
    this.#continueReading = null;
    this.#abort.signal.throwIfAborted();
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const { record, position } = next;
      const isEnded = hasEnded(record.status);
      const group = isEnded ? this.#started.ended : this.#started.open;
      if (group.size >= (isEnded ? MAX_ENDED : MAX_OPEN)) break;
      this.#waiting.shift();
      group.add(record.workflowId);
      this.#position.begin(record.workflowId, position);
      void this.#open(record.workflowId, null);
    }
    const [first] = this.#waiting;
    this.#position.coverUpTo(
      Math.min(this.#lowWatermark, (first?.position ?? Number.POSITIVE_INFINITY) - 1),
    );
    if (first === undefined) this.#continueReading?.();
  }

  async #open(workflowId: WorkflowId, after: EventId | null): Promise<void> {
    const { context, output, threadId, encoder, onWait } = this.#options;
    const key = {};
    this.#readers.set(workflowId, null);
    try {
      await this.#limiter.acquire(key, this.#abort.signal);
      // A cursor comes from a client and may name any workflow.
      const record = await findWorkflow(context, workflowId, { toChange: true });
      if (this.#abort.signal.aborted) return;
      if (record.threadId !== threadId) {
        this.ended(workflowId);
        return;
      }
      const member = new ThreadMemberOutput(this, workflowId, output);
      const reader = new WorkflowReader({
        broadcaster: context.broadcaster,
        connection: member,
        encoder,
        context: { workflowId, threadId },
        after,
        replay: 'events',
        types: undefined,
        limiter: this.#limiter,
        end: member,
        onLive: onWait,
      });
      this.#readers.set(workflowId, reader);
      reader.start();
    } catch (error) {
      if (!this.#abort.signal.aborted) this.failed(workflowId, error);
    } finally {
      this.#limiter.release(key);
    }
  }

  #leave(workflowId: WorkflowId): void {
    this.#readers.get(workflowId)?.close();
    this.#readers.delete(workflowId);
    this.#started.ended.delete(workflowId);
    this.#started.open.delete(workflowId);
    this.#startNext();
    this.#options.onWait?.();
  }

  /**
   * @param failure creates the item when it is written, because its cursor covers all items written
   *   before.
   */
  #writeFailure(failure: () => ThreadItem): void {
    const { output } = this.#options;
    if (output.isWritable) output.write([failure()]);
    else this.#pending.push(failure);
  }
}

/** Returns whether the workflow does not exist or is not visible to the client. */
function isUnknown(error: unknown): boolean {
  return (
    (error instanceof ApiError || error instanceof EventLogError) &&
    error.code === 'unknown_workflow'
  );
}

/**
 * Writes the items of a thread to a connection. The frames are not shared, because each client has
 * its own cursor.
 */
export class ThreadFrames implements ThreadOutput {
  readonly #connection: ClientConnection;
  readonly #framesOf: (items: readonly ThreadItem[]) => Uint8Array;

  constructor(
    connection: ClientConnection,
    framesOf: (items: readonly ThreadItem[]) => Uint8Array,
  ) {
    this.#connection = connection;
    this.#framesOf = framesOf;
  }

  get isWritable(): boolean {
    return this.#connection.isWritable;
  }

  get isClosed(): boolean {
    return this.#connection.isClosed;
  }

  write(items: readonly ThreadItem[]): void {
    const messages = items.filter(({ kind }) => kind === 'message').length;
    this.#connection.write(this.#framesOf(items), messages);
  }
}
