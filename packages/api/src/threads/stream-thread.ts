import type { ThreadMember } from '@runtape/event-log';
import { hasEnded, isTerminal, type WorkflowId } from '@runtape/events';
import type { ThreadNews } from '@runtape/fan-out';
import { mayChange } from '../accounts/identity.ts';
import { type SourceStart, StreamMany } from '../stream-many.ts';
import type { StreamChunk, StreamOptions } from '../stream-workflow.ts';
import { followMember, type MemberOptions, type MemberPart } from './follow-member.ts';
import type { ThreadCursor } from './thread-cursor.ts';
import type { ThreadItem } from './thread-item.ts';
import { ThreadJoining } from './thread-joining.ts';
import { ThreadPosition } from './thread-position.ts';

/** Workflows that had ended when they were begun, read at a time: what they did is long, and a cursor names each of them. */
export const MOST_ENDED = 8;
/** Workflows that had not; those that join above this wait until one ends. */
export const MOST_OPEN = 100;

/** Of the workflows of the thread those are streamed that `identity` may see. */
export interface ThreadStreamOptions
  extends MemberOptions, Pick<StreamOptions, 'signal' | 'onWait'> {
  readonly after: ThreadCursor;
}

type Part = { readonly kind: 'news'; readonly news: ThreadNews } | MemberPart;

/**
 * All workflows of a thread, those that are there and those that join: each from the cursor to its end, its events once and
 * in order. A thread has no end, and begins with its first workflow: before that, the stream waits for it. One that cannot be
 * read fails by itself; its place in the cursor stays where it is.
 * @throws an AbortError when the signal aborts; EventLogError; ApiError `unavailable`.
 */
export async function* streamThread(
  options: ThreadStreamOptions,
): AsyncGenerator<readonly ThreadItem[], void> {
  const { threadId, fanOut, after, signal } = options;
  const many = new StreamMany<Part>(signal, options.onWait);
  const position = new ThreadPosition(threadId, after);
  await using joining = new ThreadJoining((onWait) =>
    fanOut.thread(threadId, { after: after.place, signal: many.signal, onWait }),
  );
  const waiting: ThreadMember[] = [];
  const begun = { ended: new Set<WorkflowId>(), open: new Set<WorkflowId>() };
  let settled = after.place;
  let isAsked = false;

  const leave = (workflowId: WorkflowId): void => {
    begun.ended.delete(workflowId);
    begun.open.delete(workflowId);
  };
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
    many.add((start) => newsOf(joining, start));
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
          // A link shows one workflow, and not as a part of somebody's thread.
          !position.has(record.workflowId) && mayChange(options.identity, record);
        waiting.push(...part.news.members.filter(isNew));
        break;
      }
      case 'chunk':
        yield messagesOf(part.workflowId, part.chunk, position);
        break;
      case 'failed':
        yield [{ ...part, kind: 'failure', cursor: position.cursor }];
        leave(part.workflowId);
        break;
      case 'ended':
        position.end(part.workflowId);
        leave(part.workflowId);
        break;
    }
    beginNext();
  }
}

async function* newsOf(joining: ThreadJoining, start: SourceStart): AsyncGenerator<Part, void> {
  for await (const news of joining.ask(start)) yield { kind: 'news', news };
}

/** What comes of one workflow, with the cursors that the reader of its thread has then. */
export function messagesOf(
  workflowId: WorkflowId,
  chunk: StreamChunk,
  position: ThreadPosition,
): readonly ThreadItem[] {
  if (chunk.kind !== 'entries') {
    const { id, message } = chunk;
    position.reach(workflowId, id, { isDone: false });
    if (message.type === 'cursor') return [];
    return [{ kind: 'message', workflowId, id, cursor: position.cursor, message }];
  }
  return chunk.entries.map(({ id, event }) => {
    position.reach(workflowId, id, { isDone: isTerminal(event) });
    return { kind: 'message', workflowId, id, cursor: position.cursor, message: event };
  });
}
