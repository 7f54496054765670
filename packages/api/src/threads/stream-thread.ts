import { EventLogError, type ThreadMember, type WorkflowRecord } from '@runtape/event-log';
import {
  type EventId,
  hasEnded,
  isTerminal,
  type StreamMessage,
  type WorkflowId,
} from '@runtape/events';
import type { ThreadNews } from '@runtape/fan-out';
import { type Identity, mayRead } from '../accounts/identity.ts';
import { ApiError } from '../errors.ts';
import { findWorkflow } from '../find-workflow.ts';
import { type SourceStart, StreamMany } from '../stream-many.ts';
import { type StreamChunk, type StreamOptions, streamWorkflow } from '../stream-workflow.ts';
import type { ThreadCursor, ThreadCursorEntry } from './thread-cursor.ts';
import { ThreadPosition } from './thread-position.ts';

/** Workflows that had ended when they were begun, read at a time: what they did is long, and a cursor names each of them. */
const MOST_ENDED = 8;
/** Workflows that had not; those that join above this wait until one ends. */
const MOST_OPEN = 100;

export interface ThreadStreamOptions extends Pick<
  StreamOptions,
  'log' | 'fanOut' | 'snapshots' | 'signal'
> {
  /** Whose workflows of the thread are streamed: those that they may see. */
  readonly identity: Identity;
  readonly threadId: string;
  readonly after: ThreadCursor;
}

/** One message of one of a thread's workflows. */
export interface ThreadMessage {
  readonly workflowId: WorkflowId;
  /** In the workflow. */
  readonly id: EventId;
  /** In the thread: covers all of its workflows. */
  readonly cursor: string;
  readonly message: StreamMessage;
}

type Part =
  | { readonly kind: 'news'; readonly news: ThreadNews }
  | { readonly kind: 'chunk'; readonly workflowId: WorkflowId; readonly chunk: StreamChunk }
  | { readonly kind: 'ended'; readonly workflowId: WorkflowId };

/**
 * All workflows of a thread, those that are there and those that join: each from the cursor to its end, its events once and
 * in order. A thread has no end, and begins with its first workflow: before that, the stream waits for it.
 * @throws an AbortError when the signal aborts; EventLogError; ApiError `unavailable`.
 */
export async function* streamThread(
  options: ThreadStreamOptions,
): AsyncGenerator<readonly ThreadMessage[], void> {
  const { threadId, fanOut, after, signal } = options;
  const many = new StreamMany<Part>(signal);
  const position = new ThreadPosition(threadId, after);
  const following = { after: after.place, signal: many.signal };
  await using news = new DisposableNews(fanOut.thread(threadId, following));
  const waiting: ThreadMember[] = [];
  const begun = { ended: new Set<WorkflowId>(), open: new Set<WorkflowId>() };
  let settled = after.place;
  let isAsked = false;

  const beginNext = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const { record, place } = next;
      const isEnded = hasEnded(record.status);
      const group = isEnded ? begun.ended : begun.open;
      if (group.size >= (isEnded ? MOST_ENDED : MOST_OPEN)) break;
      waiting.shift();
      group.add(record.workflowId);
      position.begin(record.workflowId, place);
      many.add((start) => followMember(options, { ...record, after: null }, start));
    }
    position.settle(Math.min(settled, (waiting[0]?.place ?? Number.POSITIVE_INFINITY) - 1));
    if (waiting.length > 0 || isAsked) return;
    // Only now, so that of a thread with a long past no more is held than this.
    isAsked = true;
    many.add((start) => news.ask(start));
  };

  for (const entry of position.entries()) {
    begun.open.add(entry.workflowId);
    many.add((start) => followMember(options, entry, start));
  }
  beginNext();
  for await (const part of many.read()) {
    switch (part.kind) {
      case 'news': {
        isAsked = false;
        settled = part.news.settled;
        const isNew = ({ record }: ThreadMember): boolean =>
          !position.has(record.workflowId) && mayRead(options.identity, record);
        waiting.push(...part.news.members.filter(isNew));
        break;
      }
      case 'chunk':
        yield messagesOf(part.workflowId, part.chunk, position);
        break;
      case 'ended':
        position.end(part.workflowId);
        begun.ended.delete(part.workflowId);
        begun.open.delete(part.workflowId);
        break;
    }
    beginNext();
  }
}

/** Who joins a thread, asked for one by one. */
class DisposableNews implements AsyncDisposable {
  readonly #news: AsyncGenerator<ThreadNews, void>;

  constructor(news: AsyncGenerator<ThreadNews, void>) {
    this.#news = news;
  }

  async *ask({ onWait }: SourceStart): AsyncGenerator<Part, void> {
    onWait();
    const { done, value } = await this.#news.next();
    if (done !== true) yield { kind: 'news', news: value };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#news.return();
  }
}

async function* followMember(
  { log, fanOut, snapshots, identity, threadId }: ThreadStreamOptions,
  { workflowId, after }: Pick<ThreadCursorEntry, 'workflowId' | 'after'>,
  { signal, onWait }: SourceStart,
): AsyncGenerator<Part, void> {
  const streamed = { log, fanOut, snapshots, workflowId, after, signal, onWait };
  try {
    // A cursor comes from a client, and may name anything.
    if (isMember(await findWorkflow({ log, identity }, workflowId), threadId)) {
      for await (const chunk of streamWorkflow({ ...streamed, replay: 'events' })) {
        yield { kind: 'chunk', workflowId, chunk };
      }
    }
  } catch (error) {
    // Removed, some time after its end: nothing is left to tell.
    if (!isUnknown(error)) throw error;
  }
  yield { kind: 'ended', workflowId };
}

function isMember(record: WorkflowRecord, threadId: string): boolean {
  return record.threadId === threadId;
}

function isUnknown(error: unknown): boolean {
  return (
    (error instanceof ApiError || error instanceof EventLogError) &&
    error.code === 'unknown_workflow'
  );
}

function messagesOf(
  workflowId: WorkflowId,
  chunk: StreamChunk,
  position: ThreadPosition,
): readonly ThreadMessage[] {
  if (chunk.kind !== 'entries') {
    const { id, message } = chunk;
    position.reach(workflowId, id, { isDone: false });
    if (message.type === 'cursor') return [];
    return [{ workflowId, id, cursor: position.cursor, message }];
  }
  return chunk.entries.map(({ id, event }) => {
    position.reach(workflowId, id, { isDone: isTerminal(event) });
    return { workflowId, id, cursor: position.cursor, message: event };
  });
}
