import type { EventId, Replay } from '@runtape/events';
import { Deadline } from '../limits/deadline.ts';
import { linkEndOf } from '../accounts/identity.ts';
import { linkOver } from '../accounts/require-user.ts';
import type { StreamContext } from '../broadcast/stream-context.ts';
import { ApiError, toApiError } from '../errors/api-error.ts';
import { findWorkflow } from '../accounts/find-workflow.ts';
import { endedFrame, refusedFrame, threadFrames } from './multiplexed-frames.ts';
import type { MessageJson } from '../broadcast/json-encoder.ts';
import { checkThread, readThreadId } from '../accounts/check-thread.ts';
import { readThreadCursor } from '../threads/thread-cursor.ts';
import type { ChunkWriter } from '../broadcast/sse-encoder.ts';
import type { Connection, Streamed } from '../broadcast/client-connection.ts';
import { ReadingTurns } from '../broadcast/read-limiter.ts';
import { ThreadFrames, ThreadStream } from '../threads/thread-stream.ts';
import { type ReaderEnd, WorkflowReader } from '../broadcast/workflow-reader.ts';

/**
 * The maximum number of cursors on the same thread. Each of them costs a full read of its
 * workflows. A browser asks for one per open view of the thread.
 */
const MAX_SAME_THREAD = 16;

/** A requested workflow. */
export interface WorkflowSubscription {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** Default: all. */
  readonly types?: ReadonlySet<string> | undefined;
}

/** A requested thread. */
export interface ThreadSubscription {
  readonly threadId: string;
  /** A cursor of the thread. Default: from the start. */
  readonly after?: string | null | undefined;
  /** Identifies this subscription, even among several to the same thread. */
  readonly subscription: string;
}

/** How the client identifies a subscription. */
export type SubscriptionName =
  | Pick<WorkflowSubscription, 'workflowId'>
  | Pick<ThreadSubscription, 'subscription'>;

export interface SharedStreamOptions {
  readonly context: StreamContext;
  readonly connection: Connection;
  readonly workflows: readonly WorkflowSubscription[];
  readonly threads: readonly ThreadSubscription[];
  /** Encodes the messages of workflows; shared by all streams. */
  readonly writer: ChunkWriter;
  /** Encodes the messages of threads. */
  readonly json: MessageJson;
}

/**
 * Sends many workflows and threads over one connection. They take turns, so that a long history
 * does not delay the others, and a refused one does not disturb them. Ends when all have ended or
 * were refused; a thread never ends.
 */
export class SharedStream implements Streamed {
  readonly #connection: Connection;
  readonly #turns = new ReadingTurns();
  /** The requested workflows and threads that have not ended. */
  #parts: Part[] = [];
  /** Small frames that wait until the connection is writable: at most one for each part. */
  #pending: Uint8Array[] = [];

  /** @param options used only while the parts are opened; not kept. */
  constructor(options: SharedStreamOptions) {
    this.#connection = options.connection;
    const workflows = options.workflows.map((asked) => ({
      asked,
      part: new Part(this, { workflowId: asked.workflowId }),
    }));
    const threads = options.threads.map((asked) => ({
      asked,
      part: new Part(this, { subscription: asked.subscription }),
    }));
    // All parts are registered before the first one can end.
    this.#parts = [...workflows, ...threads].map(({ part }) => part);
    for (const { part, asked } of workflows) void this.#openWorkflow(part, asked, options);
    const named = new Map<string, number>();
    for (const { part, asked } of threads) {
      const times = (named.get(asked.threadId) ?? 0) + 1;
      named.set(asked.threadId, times);
      void this.#openThread(part, asked, times, options);
    }
  }

  drained(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const frame of pending) this.#tell(frame);
    this.#endIfOver();
    const parts = [...this.#parts];
    for (const part of parts) {
      if (!this.#connection.isWritable) return;
      // The first part may fill the connection again, so it comes last next time.
      if (part.streamed !== null && this.#remove(part)) {
        this.#parts.push(part);
        part.streamed.drained();
      }
    }
  }

  close(): void {
    const parts = this.#parts;
    this.#parts = [];
    for (const part of parts) {
      part.close();
      this.#turns.release(part);
    }
  }

  /** Called when a part was written to its end. */
  complete(part: Part): void {
    this.#end(part, 'workflowId' in part.whose ? endedFrame(part.whose.workflowId) : null);
  }

  /** Called when a part cannot be read. */
  refuse(part: Part, thrown: unknown): void {
    if (!this.#parts.includes(part)) return;
    const error = toApiError(thrown);
    // A store outage affects the whole connection, not one subscription.
    if (error.code === 'unavailable') {
      this.#connection.fail(thrown);
      return;
    }
    this.#connection.report(thrown);
    this.#end(part, refusedFrame(part.whose, error));
  }

  async #openWorkflow(
    part: Part,
    { workflowId: name, after, replay, types }: WorkflowSubscription,
    { context, writer }: SharedStreamOptions,
  ): Promise<void> {
    try {
      await this.#turns.take(part);
      if (!this.#parts.includes(part)) return;
      const record = await findWorkflow(context, name);
      if (!this.#parts.includes(part)) return;
      const { workflowId, threadId } = record;
      const reader = new WorkflowReader({
        live: context.live,
        connection: this.#connection,
        writer,
        about: { workflowId, threadId },
        after,
        replay,
        types,
        turns: this.#turns,
        end: part,
      });
      part.streamed = reader;
      part.endAt(linkEndOf(context.identity, record), context.now);
      if (this.#parts.includes(part)) reader.start();
    } catch (error) {
      part.fail(error);
    } finally {
      this.#turns.release(part);
    }
  }

  async #openThread(
    part: Part,
    { threadId: name, after: cursor, subscription }: ThreadSubscription,
    times: number,
    { context, writer, json }: SharedStreamOptions,
  ): Promise<void> {
    try {
      if (times > MAX_SAME_THREAD) throw threadAgain();
      await this.#turns.take(part);
      const threadId = readThreadId(name);
      const after = readThreadCursor(threadId, cursor);
      await checkThread(context, threadId);
      if (!this.#parts.includes(part)) return;
      part.streamed = new ThreadStream({
        context,
        output: new ThreadFrames(this.#connection, (items) =>
          threadFrames(subscription, items, json),
        ),
        threadId,
        after,
        writer,
        onError: (error) => this.#connection.report(error),
        end: part,
        turns: this.#turns,
      });
      if (!this.#parts.includes(part)) part.close();
    } catch (error) {
      part.fail(error);
    } finally {
      this.#turns.release(part);
    }
  }

  #end(part: Part, last: Uint8Array | null): void {
    if (!this.#remove(part)) return;
    part.close();
    if (last !== null) this.#tell(last);
    this.#endIfOver();
  }

  /** @returns whether the part was in the list. */
  #remove(part: Part): boolean {
    const at = this.#parts.indexOf(part);
    if (at === -1) return false;
    this.#parts.splice(at, 1);
    return true;
  }

  #endIfOver(): void {
    if (this.#parts.length === 0 && this.#pending.length === 0) this.#connection.complete();
  }

  #tell(frame: Uint8Array): void {
    if (this.#connection.isWritable) this.#connection.write(frame);
    else this.#pending.push(frame);
  }
}

/** One of the workflows and threads of a stream. */
class Part implements ReaderEnd {
  readonly whose: SubscriptionName;
  /** `null` until the lookup of the workflow or thread is complete. */
  streamed: Streamed | null = null;
  readonly #stream: SharedStream;
  #deadline: Deadline | null = null;

  constructor(stream: SharedStream, whose: SubscriptionName) {
    this.#stream = stream;
    this.whose = whose;
  }

  /**
   * Refuses the part from a time on, such as the end of a link. Call it only once.
   * @param until in ms since 1970; `null`: never.
   */
  endAt(until: number | null, now: () => number): void {
    if (until === null) return;
    this.#deadline = new Deadline(until, now);
    const { signal } = this.#deadline;
    if (signal.aborted) this.fail(linkOver());
    else signal.addEventListener('abort', () => this.fail(linkOver()), { once: true });
  }

  complete(): void {
    this.#stream.complete(this);
  }

  fail(error: unknown): void {
    this.#stream.refuse(this, error);
  }

  close(): void {
    this.#deadline?.[Symbol.dispose]();
    this.streamed?.close();
  }
}

function threadAgain(): ApiError {
  return new ApiError(
    'too_many_streams',
    `One stream follows the same thread at most ${MAX_SAME_THREAD} times. Follow it in fewer places, and try again.`,
  );
}
