import type { WorkflowStatus } from '@runtape/events';
import { EventLogError } from './errors.ts';
import { checkLimit, MAX_LISTED, type WorkflowRecord } from './read.ts';

export interface ListQuery {
  /** At most this many, 1 to 200. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly before?: string | undefined;
  readonly status?: readonly WorkflowStatus[] | undefined;
  readonly workflow?: string | undefined;
  readonly threadId?: string | undefined;
  readonly owner?: string | undefined;
}

export interface ListPage {
  /** Newest first. */
  readonly workflows: readonly WorkflowRecord[];
  /** Pass as `before` to get the next page; `null` on the last. */
  readonly next: string | null;
}

export interface OrphanedQuery {
  /** At most this many, 1 to 200. */
  readonly limit: number;
  /** `next` of the page before. Default: the first page. */
  readonly after?: string | undefined;
}

export interface OrphanedPage {
  /** Those that are due for longest come first. */
  readonly workflows: readonly WorkflowRecord[];
  /** Pass as `after` to get the next page; `null` on the last. */
  readonly next: string | null;
}

/** Finds workflows. */
export interface ListOperations {
  /** @throws `invalid_query` when `limit` is out of range or `before` is not a `next`. */
  list(query: ListQuery): Promise<ListPage>;

  /**
   * Workflows that have not ended and that no live attempt runs: never begun, let go, or the lease
   * has run out. Of those that are paused only the ones whose lease ran out: the attempt that
   * paused them never let go. In the order in which they became due: with their creation, or when
   * the lease ran out. What is paused or runs costs nothing here, however much of it there is.
   * @throws `invalid_query` when `limit` is out of range or `after` is not a `next`.
   */
  orphaned(query: OrphanedQuery): Promise<OrphanedPage>;
}

/** @throws EventLogError `invalid_query` when there is no such page. */
export function checkListQuery({ limit, before }: ListQuery): void {
  checkLimit(limit, MAX_LISTED);
  if (before !== undefined) parseListCursor(before);
}

/** @throws EventLogError `invalid_query` when there is no such page. */
export function checkOrphanedQuery({ limit, after }: OrphanedQuery): void {
  checkLimit(limit, MAX_LISTED);
  if (after !== undefined) parseListCursor(after);
}

/**
 * A position in the list: the last workflow of a page. Newest first; of one millisecond, by id
 * downwards.
 */
export interface ListCursor {
  readonly createdAt: number;
  readonly workflowId: string;
}

export function formatListCursor({ createdAt, workflowId }: ListCursor): string {
  return `${createdAt}-${workflowId}`;
}

/** @throws EventLogError `invalid_query` when the text is not a `next` of an earlier page. */
export function parseListCursor(text: string): ListCursor {
  const [, createdAt, workflowId] = /^(\d{1,15})-(wf_[0-9a-z]{16,32})$/.exec(text) ?? [];
  if (createdAt === undefined || workflowId === undefined) {
    throw new EventLogError(
      'invalid_query',
      'That is no position in the list of workflows. Pass `next` of the page before, or nothing.',
    );
  }
  return { createdAt: Number(createdAt), workflowId };
}
