import type {
  EventId,
  WorkflowEvent,
  WorkflowId,
  WorkflowStatus,
  WorkflowSummary,
} from '@runtape/events';
import { EventLogError } from '../errors.ts';
import type { JsonValue } from '../json.ts';

/** One stored event. */
export interface Entry {
  readonly id: EventId;
  /** Position in the log, from 1; the number in `id`. */
  readonly seq: number;
  readonly event: WorkflowEvent;
}

/**
 * The state of a workflow without its events and its input, which may be large and has its own
 * operation. Updated in the same atomic step as every append.
 */
export interface WorkflowRecord {
  readonly workflowId: WorkflowId;
  /** Name of the workflow definition. */
  readonly workflow: string;
  readonly incarnation: string;
  readonly threadId: string | null;
  /** Who started it; `null` if unknown. */
  readonly owner: string | null;
  /**
   * Whether the owner could see the workflows of all users at the start; actions reserved for such
   * users are checked again when they run.
   */
  readonly ownerSeesAll: boolean;
  readonly status: WorkflowStatus;
  readonly summary: WorkflowSummary;
  /** Number of the newest attempt; 0 before the first. */
  readonly attempt: number;
  /** When the lease of the newest attempt expires, in ms since 1970; `null` when none runs. */
  readonly leaseUntil: number | null;
  /** Seq of the oldest entry that can be read; 1 unless history was trimmed. */
  readonly first: number;
  /** Seq of the newest entry; 0 while the log is empty. */
  readonly tail: number;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export interface ReadRange {
  /** Read entries with a higher seq; 0 reads from the start. */
  readonly after: number;
  /** At most this many entries, from 1. */
  readonly limit: number;
  /**
   * The page ends with the entry that brings it to about this many bytes, from 1, so it has at
   * least one entry. Default: no limit.
   */
  readonly maxBytes?: number | undefined;
}

export interface MergedRange extends ReadRange {
  /**
   * The maximum number of entries that are not stored merged, from 1. Stored segments are returned
   * whole and do not count.
   */
  readonly limit: number;
  /** The last seq to read, at least `after` + 1. Default: the end of the log. */
  readonly upTo?: number | undefined;
}

export interface Page {
  readonly entries: readonly Entry[];
  /**
   * The record at the moment of the read; when its `tail` is past the last entry there are more.
   */
  readonly record: WorkflowRecord;
}

export interface ReadOperations {
  /** @returns the record, or `null` when there is no such workflow. */
  get(workflowId: WorkflowId): Promise<WorkflowRecord | null>;

  input(workflowId: WorkflowId): Promise<JsonValue>;

  /**
   * @returns entries after a seq, in order, without a gap; none when the log ends there or before.
   * @throws `trimmed` when entries after that seq are gone; `invalid_query` when `after` or `limit`
   *   is out of range.
   */
  read(workflowId: WorkflowId, range: ReadRange): Promise<Page>;

  /**
   * As `read`, with neighbouring tokens merged as `mergeTokens` does: an entry represents all those
   * after the previous one, up to its own seq. A log keeps closed parts of its history merged
   * beside its entries, in segments, so that the cost of reading a long history depends on its text
   * and not on its number of entries. Segments are made in the background, when entries are
   * appended and when they are read; until then, and where one cannot be read, the entries
   * themselves are read and merged. Segments belong to one incarnation, and are removed with their
   * workflow.
   * @throws as `read`.
   */
  readMerged(workflowId: WorkflowId, range: MergedRange): Promise<Page>;
}

/** The most workflows in one page of a list or a thread. */
export const MAX_LISTED = 200;

/** @throws EventLogError `invalid_query` when `after`, `limit` or `maxBytes` is out of range. */
export function checkRange({ after, limit, maxBytes = 1 }: ReadRange): void {
  checkAfter(after, 'a seq');
  checkLimit(limit);
  if (Number.isSafeInteger(maxBytes) && maxBytes >= 1) return;
  throw new EventLogError('invalid_query', 'A page has a whole number of bytes from 1.');
}

/** @throws EventLogError `invalid_query` when one of its numbers is out of range. */
export function checkMergedRange(range: MergedRange): void {
  checkRange(range);
  const { after, upTo = after + 1 } = range;
  if (Number.isSafeInteger(upTo) && upTo > after) return;
  throw new EventLogError('invalid_query', `Read up to a seq after ${after}, not to ${upTo}.`);
}

export function checkAfter(after: number, what: string): void {
  if (Number.isSafeInteger(after) && after >= 0) return;
  throw new EventLogError('invalid_query', `Read after 0 or ${what}, not after ${after}.`);
}

/** @throws EventLogError `invalid_query` when the limit is out of range. */
export function checkLimit(limit: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= most) return;
  throw new EventLogError('invalid_query', `A limit is a whole number from 1 to ${most}.`);
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The page sizes in bytes, by purpose; the last event may exceed them. */
export const PAGE_BYTES = {
  /** Each stream reader that is behind holds one page, even while its connection is blocked. */
  stream: 64 * KIB,
  /** One response of the API, or one batch to fold. */
  answer: MIB,
  /** An archive has a single reader. */
  archive: 4 * MIB,
  /** Segments are made in the background, one log at a time. */
  segment: 256 * KIB,
} as const;

/** Takes the items of a page: up to `limit`, and up to the item that brings it to `maxBytes`. */
export function* takePage<Item>(
  items: Iterable<Item>,
  { limit, maxBytes = Number.POSITIVE_INFINITY }: Pick<ReadRange, 'limit' | 'maxBytes'>,
  bytesOf: (item: Item) => number,
): Generator<Item, void> {
  let count = 0;
  let bytes = 0;
  for (const item of items) {
    yield item;
    count += 1;
    bytes += bytesOf(item);
    if (count === limit || bytes >= maxBytes) return;
  }
}
