import {
  checkListQuery,
  formatListCursor,
  type ListPage,
  type ListQuery,
  parseListCursor,
  type WorkflowRecord,
} from '@runtape/event-log';
import { hasEnded, workflowIdSchema } from '@runtape/events';
import { getRecord, type Store } from './records.ts';
import type { IndexEntry, WorkflowIndex } from './workflow-index.ts';

/** How many workflows are looked at in one go for a filter. */
const CHUNK = 200;

export interface Listing extends Store {
  readonly index: WorkflowIndex;
}

interface Found {
  readonly entry: IndexEntry;
  readonly record: WorkflowRecord;
}

export async function list(listing: Listing, query: ListQuery): Promise<ListPage> {
  checkListQuery(query);
  const { limit, status, workflow, threadId } = query;
  if (status?.length === 0) return { workflows: [], next: null };
  const isFiltered = status !== undefined || workflow !== undefined || threadId !== undefined;
  const size = isFiltered ? Math.max(CHUNK, limit + 1) : limit + 1;
  // Everything that is open is among the open, and they are few.
  const which = status?.every((one) => !hasEnded(one)) === true ? 'open' : 'created';
  const found: Found[] = [];
  let after = placeOf(query.before);
  while (found.length <= limit) {
    const entries = await listing.index.newestAfter(which, after, size);
    const looked = await Promise.all(entries.map((entry) => look(listing, entry)));
    found.push(...looked.filter((one) => one !== null).filter(({ record }) => fits(record, query)));
    after = entries.at(-1) ?? null;
    if (after === null || entries.length < size) break;
  }
  const page = found.slice(0, limit);
  const last = page.at(-1)?.entry;
  const hasMore = last !== undefined && found.length > limit;
  return {
    workflows: page.map(({ record }) => record),
    next: hasMore ? formatListCursor({ createdAt: last.at, workflowId: last.workflowId }) : null,
  };
}

async function look(listing: Listing, entry: IndexEntry): Promise<Found | null> {
  const record = await getRecord(listing, entry.workflowId);
  if (record !== null) return { entry, record };
  await listing.index.forgetOrphan(entry.workflowId);
  return null;
}

function fits(record: WorkflowRecord, { status, workflow, threadId }: ListQuery): boolean {
  return (
    (status === undefined || status.includes(record.status)) &&
    (workflow === undefined || workflow === record.workflow) &&
    (threadId === undefined || threadId === record.threadId)
  );
}

function placeOf(before: string | undefined): IndexEntry | null {
  if (before === undefined) return null;
  const { createdAt, workflowId } = parseListCursor(before);
  return { at: createdAt, workflowId: workflowIdSchema.parse(workflowId) };
}
