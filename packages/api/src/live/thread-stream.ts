import type { ThreadMember, WorkflowRecord } from '@runtape/event-log';
import { type EventId, hasEnded, type WorkflowId } from '@runtape/events';
import { mayChange } from '../accounts/identity.ts';
import type { ApiContext } from '../api-context.ts';
import { toApiError } from '../errors.ts';
import { findWorkflow } from '../find-workflow.ts';
import { isUnknown } from '../threads/follow-member.ts';
import { messagesOf, MOST_ENDED, MOST_OPEN } from '../threads/stream-thread.ts';
import type { ThreadCursor } from '../threads/thread-cursor.ts';
import type { ThreadItem } from '../threads/thread-item.ts';
import { ThreadPosition } from '../threads/thread-position.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import type { Connection, Streamed } from './connection.ts';
import { ReadingTurns } from './reading-turns.ts';
import { type ReaderEnd, WorkflowReader } from './workflow-reader.ts';

export interface ThreadStreamOptions {
  readonly context: ApiContext;
  readonly connection: Connection;
  readonly threadId: string;
  readonly after: ThreadCursor;
  /** What all readers of an event have in common, in about the size that its frames have. */
  readonly writer: ChunkWriter;
  /** What is written for this reader, each with its cursor. */
  readonly frames: (items: readonly ThreadItem[]) => Uint8Array;
  /** Hears why a workflow cannot be read. */
  readonly onError: (error: unknown) => void;
  /** Hears when it fails. Default: the connection fails. */
  readonly end?: ReaderEnd | undefined;
  /** Default: its own. */
  readonly turns?: ReadingTurns | undefined;
}

/**
 * All workflows of a thread on their way to one client, those that are there and those that join, as `streamThread` has them: each
 * is read by a reader of its own, which waits with all other readers of that workflow. Every frame has a cursor that covers
 * what was written so far, of all of them.
 */
export class ThreadStream implements Streamed {
  readonly #options: ThreadStreamOptions;
  readonly #turns: ReadingTurns;
  readonly #end: ReaderEnd;
  readonly #position: ThreadPosition;
  readonly #abort = new AbortController();
  /** Those that were begun and have not ended; `null` for one that is being looked up. */
  readonly #readers = new Map<WorkflowId, WorkflowReader | null>();
  readonly #begun = { ended: new Set<WorkflowId>(), open: new Set<WorkflowId>() };
  readonly #waiting: ThreadMember[] = [];
  #settled: number;
  #pending: (() => ThreadItem)[] = [];
  /** Lets it ask who else is in the thread. */
  #askOn: (() => void) | null = null;

  constructor(options: ThreadStreamOptions) {
    this.#options = options;
    const { threadId, after, connection, turns = new ReadingTurns(), end = connection } = options;
    this.#turns = turns;
    this.#end = end;
    this.#position = new ThreadPosition(threadId, after);
    this.#settled = after.place;
    for (const entry of this.#position.entries()) {
      this.#begun.open.add(entry.workflowId);
      void this.#open(entry.workflowId, entry.after);
    }
    this.#beginNext();
    void this.#follow();
  }

  drained(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const failure of pending) this.#tell(failure);
    // Whoever is first may fill the connection again, so next time it is last.
    const readers = [...this.#readers];
    for (const [workflowId, reader] of readers) {
      if (!this.#options.connection.isWritable) return;
      if (reader === null || this.#readers.get(workflowId) !== reader) continue;
      this.#readers.delete(workflowId);
      this.#readers.set(workflowId, reader);
      reader.drained();
    }
  }

  close(): void {
    this.#abort.abort();
    this.#askOn?.();
    this.#turns.release(this);
    const readers = [...this.#readers.values()];
    this.#readers.clear();
    for (const reader of readers) reader?.close();
  }

  /** Who is in it, and who joins; asked only while nobody waits, so that of a long thread no more is held than a page. */
  async #follow(): Promise<void> {
    const { context, threadId, after } = this.#options;
    const { signal } = this.#abort;
    const onWait = (): void => this.#turns.release(this);
    try {
      await this.#turns.take(this, signal);
      const members = context.fanOut.thread(threadId, { after: after.place, signal, onWait });
      for await (const news of members) {
        this.#turns.release(this);
        this.#settled = news.settled;
        const isNew = ({ record }: ThreadMember): boolean =>
          // A link shows one workflow, and not as a part of somebody's thread.
          !this.#position.has(record.workflowId) && mayChange(context.identity, record);
        this.#waiting.push(...news.members.filter(isNew));
        this.#beginNext();
        while (this.#waiting.length > 0) await this.#untilBegun();
        await this.#turns.take(this, signal);
      }
    } catch (error) {
      if (!signal.aborted) this.#end.fail(error);
    } finally {
      this.#turns.release(this);
    }
  }

  /** @throws the reason of the signal. */
  async #untilBegun(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#askOn = resolve;
    await promise;
    this.#askOn = null;
    this.#abort.signal.throwIfAborted();
  }

  #beginNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const { record, place } = next;
      const isEnded = hasEnded(record.status);
      const group = isEnded ? this.#begun.ended : this.#begun.open;
      if (group.size >= (isEnded ? MOST_ENDED : MOST_OPEN)) break;
      this.#waiting.shift();
      group.add(record.workflowId);
      this.#position.begin(record.workflowId, place);
      void this.#open(record.workflowId, null);
    }
    const [first] = this.#waiting;
    this.#position.settle(Math.min(this.#settled, (first?.place ?? Number.POSITIVE_INFINITY) - 1));
    if (first === undefined) this.#askOn?.();
  }

  async #open(workflowId: WorkflowId, after: EventId | null): Promise<void> {
    const { context, connection, threadId, writer } = this.#options;
    const key = {};
    this.#readers.set(workflowId, null);
    try {
      await this.#turns.take(key, this.#abort.signal);
      // A cursor comes from a client, and may name anything.
      const record = await findWorkflow(context, workflowId, { toChange: true });
      if (this.#abort.signal.aborted) return;
      if (!isMember(record, threadId)) {
        this.#ended(workflowId);
        return;
      }
      const reader = new WorkflowReader({
        live: context.live,
        connection,
        writer,
        about: { workflowId, threadId },
        after,
        replay: 'events',
        types: undefined,
        turns: this.#turns,
        personal: (chunk) => this.#options.frames(messagesOf(workflowId, chunk, this.#position)),
        end: {
          complete: () => this.#ended(workflowId),
          fail: (error) => this.#failed(workflowId, error),
        },
      });
      this.#readers.set(workflowId, reader);
      reader.start();
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failed(workflowId, error);
    } finally {
      this.#turns.release(key);
    }
  }

  #ended(workflowId: WorkflowId): void {
    this.#position.end(workflowId);
    this.#leave(workflowId);
  }

  #failed(workflowId: WorkflowId, thrown: unknown): void {
    const error = toApiError(thrown);
    if (error.code === 'unavailable') {
      // That is not about this one.
      this.#end.fail(thrown);
      return;
    }
    // Removed, some time after its end: nothing is left to tell.
    if (isUnknown(thrown)) {
      this.#ended(workflowId);
      return;
    }
    this.#options.onError(thrown);
    this.#tell(() => ({ kind: 'failure', workflowId, cursor: this.#position.cursor, error }));
    this.#leave(workflowId);
  }

  #leave(workflowId: WorkflowId): void {
    this.#readers.get(workflowId)?.close();
    this.#readers.delete(workflowId);
    this.#begun.ended.delete(workflowId);
    this.#begun.open.delete(workflowId);
    this.#beginNext();
  }

  /** @param failure made when it is written, as its cursor covers what was written before. */
  #tell(failure: () => ThreadItem): void {
    const { connection, frames } = this.#options;
    if (connection.isWritable) connection.write(frames([failure()]));
    else this.#pending.push(failure);
  }
}

function isMember(record: WorkflowRecord, threadId: string): boolean {
  return record.threadId === threadId;
}
