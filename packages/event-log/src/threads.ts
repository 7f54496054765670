import { threadTaken } from './rejections.ts';
import type { NewWorkflow } from './create.ts';
import { checkAfter, checkLimit, MAX_LISTED, type WorkflowRecord } from './read.ts';

export interface ThreadRange {
  /** Members with a higher position; 0 begins with the first. */
  readonly after: number;
  /** At most this many, 1 to 200. */
  readonly limit: number;
}

/** A workflow in a thread. */
export interface ThreadMember {
  readonly record: WorkflowRecord;
  /**
   * Where it stands in the thread, from 1. Who joins later has a higher one, whatever the clocks
   * say.
   */
  readonly position: number;
}

export interface ThreadPage {
  /** In the order in which they joined. */
  readonly members: readonly ThreadMember[];
  /** Pass as `after` to get the next page; `null` on the last. */
  readonly next: number | null;
  /**
   * Whoever is not in this page and shows up later has a higher position than this. Below the last
   * member of the page while a workflow before it is still being created.
   */
  readonly lowWatermark: number;
}

/** Workflows that belong together. */
export interface ThreadOperations {
  /**
   * The workflows of a thread after a position. A thread is there with its first workflow; before
   * that it is empty.
   * @throws `invalid_query` when `after` or `limit` is no such number.
   */
  thread(threadId: string, range: ThreadRange): Promise<ThreadPage>;

  /**
   * Calls `wake` when there may be new workflows in a thread, until the signal aborts. A wake may
   * be lost with the process that created the workflow: who must not miss one also looks now and
   * then.
   * @returns once watching is in force. @throws the signal's reason when it aborts before that.
   */
  watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void>;
}

/**
 * @throws EventLogError `invalid_query` when `after` or `limit` is not a number that can be meant.
 */
export function checkThreadRange({ after, limit }: ThreadRange): void {
  checkAfter(after, 'a position');
  checkLimit(limit, MAX_LISTED);
}

/**
 * Refuses a start in somebody else's thread, for one that may only join a thread of its owner.
 * @param first the first workflow of the thread; `null` when it would be this one.
 * @throws EventLogError `thread_taken`.
 */
export function checkThreadOwner(
  { threadId, owner, onlyOwnThread }: NewWorkflow,
  first: Pick<WorkflowRecord, 'owner'> | null,
): void {
  if (onlyOwnThread !== true || threadId === undefined || first === null) return;
  if (first.owner !== (owner ?? null)) throw threadTaken(threadId);
}

/**
 * The position of who joins a thread now: after everybody in the store, also when clocks go back or
 * the store lost its end.
 * @param last the position that was given last, 0 when none was.
 * @param now in ms since 1970.
 */
export function nextPosition(last: number, now: number): number {
  return Math.max(last + 1, now);
}

/**
 * The page of a thread, for a store in which nobody is half-created.
 * @param found what is there after the position, in order; one more than asked for tells that there
 *   is a next page.
 */
export function threadPage(
  found: readonly ThreadMember[],
  { after, limit }: ThreadRange,
): ThreadPage {
  const members = found.slice(0, limit);
  const lowWatermark = members.at(-1)?.position ?? after;
  return { members, next: found.length > limit ? lowWatermark : null, lowWatermark };
}
