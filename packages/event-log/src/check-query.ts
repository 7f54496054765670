import { EventLogError } from './errors.ts';
import type { ListQuery, MergedRange, ReadRange, ThreadRange, OrphanedQuery } from './event-log.ts';

const MAX_LISTED = 200;

/** @throws EventLogError `invalid_query` when `after`, `limit` or `maxBytes` is not a number that can be meant. */
export function checkRange({ after, limit, maxBytes = 1 }: ReadRange): void {
  checkAfter(after, 'a seq');
  checkLimit(limit);
  if (Number.isSafeInteger(maxBytes) && maxBytes >= 1) return;
  throw new EventLogError('invalid_query', 'A page has a whole number of bytes from 1.');
}

/** @throws EventLogError `invalid_query` when one of its numbers cannot be meant. */
export function checkMergedRange(range: MergedRange): void {
  checkRange(range);
  const { after, upTo = after + 1 } = range;
  if (Number.isSafeInteger(upTo) && upTo > after) return;
  throw new EventLogError('invalid_query', `Read up to a seq after ${after}, not to ${upTo}.`);
}

/** @throws EventLogError `invalid_query` when `after` or `limit` is not a number that can be meant. */
export function checkThreadRange({ after, limit }: ThreadRange): void {
  checkAfter(after, 'a position');
  checkLimit(limit, MAX_LISTED);
}

function checkAfter(after: number, what: string): void {
  if (Number.isSafeInteger(after) && after >= 0) return;
  throw new EventLogError('invalid_query', `Read after 0 or ${what}, not after ${after}.`);
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

/** @throws EventLogError `invalid_query` when so many cannot be asked for. */
export function checkLimit(limit: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= most) return;
  throw new EventLogError('invalid_query', `A limit is a whole number from 1 to ${most}.`);
}

/** A position in the list: the last workflow of a page. Newest first; of one millisecond, by id downwards. */
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
