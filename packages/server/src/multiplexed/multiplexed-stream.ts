import type { EventId, Replay } from '@runtape/events';
import { Deadline } from '../limits/deadline.ts';
import { linkExpiryOf } from '../accounts/identity.ts';
import { linkExpired } from '../accounts/require-user.ts';
import type { StreamContext } from '../broadcast/stream-context.ts';
import { ApiError, toApiError } from '../errors/api-error.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { endedFrame, refusedFrame, threadFrames } from './multiplexed-frames.ts';
import type { JsonEncoder } from '../broadcast/json-encoder.ts';
import { checkThread, readThreadId } from '../accounts/check-thread.ts';
import { readThreadCursor } from '../threads/thread-cursor.ts';
import type { ChunkEncoder } from '../broadcast/sse-encoder.ts';
import type { ClientConnection, StreamProducer } from '../broadcast/client-connection.ts';
import { ReadLimiter } from '../broadcast/read-limiter.ts';
import { ThreadFrames, ThreadStream } from '../threads/thread-stream.ts';
import { type ReaderEnd, WorkflowReader } from '../broadcast/workflow-reader.ts';

/**
 * The maximum number of cursors on the same thread. Each of them costs a full read of its
 * workflows. A browser asks for one per open view of the thread.
 */
const MAX_SAME_THREAD = 16;

/** A requested workflow. */
export interface WorkflowSubscriptionRequest {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** Default: all. */
  readonly types?: ReadonlySet<string> | undefined;
}

/** A requested thread. */
export interface ThreadSubscriptionRequest {
  readonly threadId: string;
  /** A cursor of the thread. Default: from the start. */
  readonly after?: string | null | undefined;
  /** Identifies this subscription, even among several to the same thread. */
  readonly subscription: string;
}

/** How the client identifies a subscription. */
export type SubscriptionName =
  | Pick<WorkflowSubscriptionRequest, 'workflowId'>
  | Pick<ThreadSubscriptionRequest, 'subscription'>;

export interface MultiplexedStreamOptions {
  readonly context: StreamContext;
  readonly connection: ClientConnection;
  readonly workflows: readonly WorkflowSubscriptionRequest[];
  readonly threads: readonly ThreadSubscriptionRequest[];
  /** Encodes the messages of workflows; shared by all streams. */
  readonly encoder: ChunkEncoder;
  /** Encodes the messages of threads. */
  readonly json: JsonEncoder;
}

/**
 * Sends many workflows and threads over one connection. They take turns, so that a long history
 * does not delay the others, and a refused one does not disturb them. Ends when all have ended or
 * were refused; a thread never ends.
 */
export class MultiplexedStream implements StreamProducer {
  readonly #connection: ClientConnection;
  readonly #limiter = new ReadLimiter();
  /** The requested workflows and threads that have not ended. */
  #substreams: Substream[] = [];
  /** Small frames that wait until the connection is writable: at most one for each substream. */
  #pending: Uint8Array[] = [];

  /** @param options used only while the substreams are opened; not kept. */
  constructor(options: MultiplexedStreamOptions) {
    this.#connection = options.connection;
    const workflows = options.workflows.map((request) => ({
      request,
      substream: new Substream(this, { workflowId: request.workflowId }),
    }));
    const threads = options.threads.map((request) => ({
      request,
      substream: new Substream(this, { subscription: request.subscription }),
    }));
    // All substreams are registered before the first one can end.
    this.#substreams = [...workflows, ...threads].map(({ substream }) => substream);
    for (const { substream, request } of workflows)
      void this.#openWorkflow(substream, request, options);
    const named = new Map<string, number>();
    for (const { substream, request } of threads) {
      const times = (named.get(request.threadId) ?? 0) + 1;
      named.set(request.threadId, times);
      void this.#openThread(substream, request, times, options);
    }
  }

  drained(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const frame of pending) this.#writeOrQueue(frame);
    this.#endIfOver();
    const substreams = [...this.#substreams];
    for (const substream of substreams) {
      if (!this.#connection.isWritable) return;
      // The first substream may fill the connection again, so it comes last next time.
      if (substream.producer !== null && this.#remove(substream)) {
        this.#substreams.push(substream);
        substream.producer.drained();
      }
    }
  }

  close(): void {
    const substreams = this.#substreams;
    this.#substreams = [];
    for (const substream of substreams) {
      substream.close();
      this.#limiter.release(substream);
    }
  }

  /** Called when a substream was written to its end. */
  complete(substream: Substream): void {
    this.#end(
      substream,
      'workflowId' in substream.name ? endedFrame(substream.name.workflowId) : null,
    );
  }

  /** Called when a substream cannot be read. */
  refuse(substream: Substream, thrown: unknown): void {
    if (!this.#substreams.includes(substream)) return;
    const error = toApiError(thrown);
    // A store outage affects the whole connection, not one subscription.
    if (error.code === 'unavailable') {
      this.#connection.fail(thrown);
      return;
    }
    this.#connection.report(thrown);
    this.#end(substream, refusedFrame(substream.name, error));
  }

  async #openWorkflow(
    substream: Substream,
    { workflowId: name, after, replay, types }: WorkflowSubscriptionRequest,
    { context, encoder }: MultiplexedStreamOptions,
  ): Promise<void> {
    try {
      await this.#limiter.acquire(substream);
      if (!this.#substreams.includes(substream)) return;
      const record = await findWorkflow(context, name);
      if (!this.#substreams.includes(substream)) return;
      const { workflowId, threadId } = record;
      const reader = new WorkflowReader({
        broadcaster: context.broadcaster,
        connection: this.#connection,
        encoder,
        context: { workflowId, threadId },
        after,
        replay,
        types,
        limiter: this.#limiter,
        end: substream,
      });
      substream.producer = reader;
      substream.refuseAt(linkExpiryOf(context.identity, record), context.now);
      if (this.#substreams.includes(substream)) reader.start();
    } catch (error) {
      substream.fail(error);
    } finally {
      this.#limiter.release(substream);
    }
  }

  async #openThread(
    substream: Substream,
    { threadId: name, after: cursor, subscription }: ThreadSubscriptionRequest,
    times: number,
    { context, encoder, json }: MultiplexedStreamOptions,
  ): Promise<void> {
    try {
      if (times > MAX_SAME_THREAD) throw threadAgain();
      await this.#limiter.acquire(substream);
      const threadId = readThreadId(name);
      const after = readThreadCursor(threadId, cursor);
      await checkThread(context, threadId);
      if (!this.#substreams.includes(substream)) return;
      substream.producer = new ThreadStream({
        context,
        output: new ThreadFrames(this.#connection, (items) =>
          threadFrames(subscription, items, json),
        ),
        threadId,
        after,
        encoder,
        onError: (error) => this.#connection.report(error),
        end: substream,
        limiter: this.#limiter,
      });
      if (!this.#substreams.includes(substream)) substream.close();
    } catch (error) {
      substream.fail(error);
    } finally {
      this.#limiter.release(substream);
    }
  }

  #end(substream: Substream, last: Uint8Array | null): void {
    if (!this.#remove(substream)) return;
    substream.close();
    if (last !== null) this.#writeOrQueue(last);
    this.#endIfOver();
  }

  /** @returns whether the substream was in the list. */
  #remove(substream: Substream): boolean {
    const at = this.#substreams.indexOf(substream);
    if (at === -1) return false;
    this.#substreams.splice(at, 1);
    return true;
  }

  #endIfOver(): void {
    if (this.#substreams.length === 0 && this.#pending.length === 0) this.#connection.complete();
  }

  #writeOrQueue(frame: Uint8Array): void {
    if (this.#connection.isWritable) this.#connection.write(frame);
    else this.#pending.push(frame);
  }
}

/** One of the workflows and threads of a stream. */
class Substream implements ReaderEnd {
  readonly name: SubscriptionName;
  /** `null` until the lookup of the workflow or thread is complete. */
  producer: StreamProducer | null = null;
  readonly #stream: MultiplexedStream;
  #deadline: Deadline | null = null;

  constructor(stream: MultiplexedStream, name: SubscriptionName) {
    this.#stream = stream;
    this.name = name;
  }

  /**
   * Refuses the substream from a time on, such as the end of a link. Call it only once.
   * @param expiresAt in ms since 1970; `null`: never.
   */
  refuseAt(expiresAt: number | null, now: () => number): void {
    if (expiresAt === null) return;
    this.#deadline = new Deadline(expiresAt, now);
    const { signal } = this.#deadline;
    if (signal.aborted) this.fail(linkExpired());
    else signal.addEventListener('abort', () => this.fail(linkExpired()), { once: true });
  }

  complete(): void {
    this.#stream.complete(this);
  }

  fail(error: unknown): void {
    this.#stream.refuse(this, error);
  }

  close(): void {
    this.#deadline?.[Symbol.dispose]();
    this.producer?.close();
  }
}

function threadAgain(): ApiError {
  return new ApiError(
    'too_many_streams',
    `One stream follows the same thread at most ${MAX_SAME_THREAD} times. Follow it in fewer places, and try again.`,
  );
}
