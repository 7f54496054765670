import type { EventId, Replay } from '@runtape/events';
import { Deadline } from '../accounts/deadline.ts';
import { linkEndOf } from '../accounts/identity.ts';
import { linkOver } from '../accounts/require-user.ts';
import type { ApiContext } from '../api-context.ts';
import { ApiError, toApiError } from '../errors.ts';
import { findWorkflow } from '../find-workflow.ts';
import { endedFrame, refusedFrame, threadFrames } from '../sse/shared-frames.ts';
import type { MessageJson } from '../sse/message-frames.ts';
import { checkThread, readThreadId } from '../threads/check-thread.ts';
import { readThreadCursor } from '../threads/thread-cursor.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import type { Connection, Streamed } from './connection.ts';
import { ReadingTurns } from './reading-turns.ts';
import { ThreadStream } from './thread-stream.ts';
import { WorkflowReader } from './workflow-reader.ts';

/** A thread is read anew for each cursor in it, with all of its workflows: as often as a person has it open in a browser. */
const MAX_SAME_THREAD = 16;

/** One of the workflows that are asked for. */
export interface AskedWorkflow {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** Default: all. */
  readonly types?: ReadonlySet<string> | undefined;
}

/** One of the threads that are asked for. */
export interface AskedThread {
  readonly threadId: string;
  /** A cursor of the thread; none means "from the start". */
  readonly after?: string | null | undefined;
  /** Tells it apart from others, also of the same thread. */
  readonly subscription: string;
}

/** What the client calls one of them. */
export type Asked = Pick<AskedWorkflow, 'workflowId'> | Pick<AskedThread, 'subscription'>;

export interface SharedStreamOptions {
  readonly context: ApiContext;
  readonly connection: Connection;
  readonly workflows: readonly AskedWorkflow[];
  readonly threads: readonly AskedThread[];
  /** Of messages of workflows, for all streams. */
  readonly writer: ChunkWriter;
  /** Of messages of threads. */
  readonly json: MessageJson;
  /** Hears why something was refused when that is not the client's doing. */
  readonly onError: (error: unknown) => void;
}

/**
 * Many workflows and threads over one connection. They take turns, so that one with a long past keeps nobody waiting, and one
 * that is refused disturbs no other. Ends when all have ended or were refused; a thread has no end.
 */
export class SharedStream implements Streamed {
  readonly #options: SharedStreamOptions;
  readonly #turns = new ReadingTurns();
  /** What is asked for and has not ended; those that find out what they are to read have nothing that writes yet. */
  readonly #parts = new Map<object, Streamed | null>();
  /** Small frames that came while the connection took nothing: one for each part, at most. */
  #pending: Uint8Array[] = [];

  constructor(options: SharedStreamOptions) {
    this.#options = options;
    const { workflows, threads } = options;
    // All are known before the first can end.
    for (const asked of [...workflows, ...threads]) this.#parts.set(asked, null);
    for (const asked of workflows) void this.#openWorkflow(asked);
    const named = new Map<string, number>();
    for (const asked of threads) {
      const times = (named.get(asked.threadId) ?? 0) + 1;
      named.set(asked.threadId, times);
      void this.#openThread(asked, times);
    }
  }

  drained(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const frame of pending) this.#tell(frame);
    this.#endIfOver();
    // Whoever is first may fill the connection again, so next time it is last.
    const parts = [...this.#parts];
    for (const [asked, part] of parts) {
      if (!this.#options.connection.isWritable) return;
      if (part === null) continue;
      this.#parts.delete(asked);
      this.#parts.set(asked, part);
      part.drained();
    }
  }

  close(): void {
    const parts = [...this.#parts];
    this.#parts.clear();
    for (const [asked, part] of parts) {
      part?.close();
      this.#turns.release(asked);
    }
  }

  async #openWorkflow(asked: AskedWorkflow): Promise<void> {
    const { context, connection, writer } = this.#options;
    const whose = { workflowId: asked.workflowId };
    const fail = (error: unknown): void => this.#refuse(asked, whose, error);
    try {
      await this.#turns.take(asked);
      if (!this.#parts.has(asked)) return;
      const record = await findWorkflow(context, asked.workflowId);
      const { workflowId, threadId } = record;
      const linkEnd = linkEndOf(context.identity, record);
      const deadline = linkEnd === null ? null : new Deadline(linkEnd, context.now);
      const ended = (): void => {
        deadline?.[Symbol.dispose]();
        this.#end(asked, endedFrame(workflowId));
      };
      const { after, replay, types } = asked;
      const reader = new WorkflowReader({
        live: context.live,
        connection,
        writer,
        about: { workflowId, threadId },
        after,
        replay,
        types,
        turns: this.#turns,
        end: { complete: ended, fail },
      });
      if (!this.#begin(asked, deadline === null ? reader : withDeadline(reader, deadline))) return;
      deadline?.signal.addEventListener('abort', () => fail(linkOver()), { once: true });
      if (deadline?.isOver === true) fail(linkOver());
      else reader.start();
    } catch (error) {
      fail(error);
    } finally {
      this.#turns.release(asked);
    }
  }

  async #openThread(asked: AskedThread, times: number): Promise<void> {
    const { context, connection, writer, json, onError } = this.#options;
    const { subscription } = asked;
    const fail = (error: unknown): void => this.#refuse(asked, { subscription }, error);
    try {
      if (times > MAX_SAME_THREAD) throw threadAgain();
      await this.#turns.take(asked);
      const threadId = readThreadId(asked.threadId);
      const after = readThreadCursor(threadId, asked.after);
      await checkThread(context, threadId);
      if (connection.isOver) return;
      const part = new ThreadStream({
        context,
        connection,
        threadId,
        after,
        writer,
        frames: (items) => threadFrames(subscription, items, json),
        onError,
        end: { complete: () => this.#end(asked, null), fail },
        turns: this.#turns,
      });
      this.#begin(asked, part);
    } catch (error) {
      fail(error);
    } finally {
      this.#turns.release(asked);
    }
  }

  /** @returns whether it is still asked for. */
  #begin(asked: object, part: Streamed): boolean {
    const isAskedFor = this.#parts.has(asked);
    if (isAskedFor) this.#parts.set(asked, part);
    else part.close();
    return isAskedFor;
  }

  #refuse(asked: object, whose: Asked, thrown: unknown): void {
    if (!this.#parts.has(asked)) return;
    const error = toApiError(thrown);
    // The store is away: that is not about this one.
    if (error.code === 'unavailable') {
      this.#options.connection.fail(thrown);
      return;
    }
    this.#options.onError(thrown);
    this.#end(asked, refusedFrame(whose, error));
  }

  #end(asked: object, last: Uint8Array | null): void {
    const part = this.#parts.get(asked);
    if (!this.#parts.delete(asked)) return;
    part?.close();
    if (last !== null) this.#tell(last);
    this.#endIfOver();
  }

  #endIfOver(): void {
    if (this.#parts.size === 0 && this.#pending.length === 0) this.#options.connection.complete();
  }

  #tell(frame: Uint8Array): void {
    if (this.#options.connection.isWritable) this.#options.connection.write(frame);
    else this.#pending.push(frame);
  }
}

function withDeadline(reader: WorkflowReader, deadline: Deadline): Streamed {
  return {
    drained: () => reader.drained(),
    close: () => {
      deadline[Symbol.dispose]();
      reader.close();
    },
  };
}

function threadAgain(): ApiError {
  return new ApiError(
    'too_many_streams',
    `One stream follows the same thread at most ${MAX_SAME_THREAD} times. Follow it in fewer places, and try again.`,
  );
}
