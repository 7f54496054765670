import type { WorkflowStatus } from '@runtape/events';
import { EventLogError } from '../errors.ts';
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
  /** Longest due first. */
  readonly workflows: readonly WorkflowRecord[];
  /** Pass as `after` to get the next page; `null` on the last. */
  readonly next: string | null;
}

export interface ListOperations {
  /** @throws `invalid_query` when `limit` is out of range or `before` is not a `next`. */
  list(query: ListQuery): Promise<ListPage>;

  /**
   * Workflows that have not ended and have no live attempt: never begun, released, or with an
   * expired lease. Paused ones are included only if their lease expired, because the attempt that
   * paused them never released it. They are sorted by the time when they became due: the creation,
   * or the end of the lease. Paused and running workflows cost nothing here, regardless of their
   * number.
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
 * A position in the list: the last workflow of a page. Newest first; within one millisecond by
 * descending id.
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
