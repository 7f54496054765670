import { threadTaken } from '../errors.ts';
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
  /** The position in the thread, from 1. Later members have a higher one, even if clocks differ. */
  readonly position: number;
}

export interface ThreadPage {
  /** In the order in which they joined. */
  readonly members: readonly ThreadMember[];
  /** Pass as `after` to get the next page; `null` on the last. */
  readonly next: number | null;
  /**
   * Members that are missing from this page and appear later have a higher position than this. It
   * is below the last member of the page while an earlier workflow is still being created.
   */
  readonly lowWatermark: number;
}

/** Workflows that belong together. */
export interface ThreadOperations {
  /**
   * The workflows of a thread after a position. A thread exists from its first workflow on; before
   * that it is empty.
   * @throws `invalid_query` when `after` or `limit` is out of range.
   */
  thread(threadId: string, range: ThreadRange): Promise<ThreadPage>;

  /**
   * Calls `wake` when there may be new workflows in a thread, until the signal aborts. A wake may
   * be lost with the process that created the workflow, so readers that must not miss one also have
   * to poll.
   * @returns once the watch is active.
   * @throws the signal's reason when it aborts before that.
   */
  watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void>;
}

/** @throws EventLogError `invalid_query` when `after` or `limit` is out of range. */
export function checkThreadRange({ after, limit }: ThreadRange): void {
  checkAfter(after, 'a position');
  checkLimit(limit, MAX_LISTED);
}

/**
 * Refuses a start in a thread of another owner if the workflow may only join a thread of its own.
 * @param first the first workflow of the thread; `null` if it would be this one.
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
 * The position of the next member of a thread: after all others in the store, even when clocks go
 * back or the store lost its end.
 * @param last the last assigned position, 0 if none.
 * @param now in ms since 1970.
 */
export function nextPosition(last: number, now: number): number {
  return Math.max(last + 1, now);
}

/**
 * The page of a thread, for a store in which no workflow is half-created.
 * @param found the members after the position, in order; one more than requested means that there
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
