import {
  checkListQuery,
  formatListCursor,
  type ListPage,
  type ListQuery,
  parseListCursor,
  type WorkflowRecord,
} from '@runtape/event-log';
import { hasEnded, workflowIdSchema } from '@runtape/events';
import { definitionList, ownerList, threadList } from './keys.ts';
import { getRecord, type Store } from './records.ts';
import type { IndexEntry, Newest, WorkflowIndex } from './workflow-index.ts';

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
  const { limit, status } = query;
  if (status?.length === 0) return { workflows: [], next: null };
  const { workflow, threadId, owner } = query;
  const filters = [status, workflow, threadId, owner].filter((filter) => filter !== undefined);
  const which = newestFor(query);
  // One filter is what the list is for; of what passes others nobody knows how much there is.
  const isExact = filters.length === 0 || (filters.length === 1 && typeof which === 'object');
  const size = isExact ? limit + 1 : Math.max(CHUNK, limit + 1);
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

/** The shortest list that has everything that a query asks for. */
function newestFor({ status, workflow, threadId, owner }: ListQuery): Newest {
  if (threadId !== undefined) return { list: threadList(threadId) };
  if (owner !== undefined) return { list: ownerList(owner) };
  // Everything that is open is among the open, and they are few.
  if (status?.every((one) => !hasEnded(one)) === true) return 'open';
  return workflow === undefined ? 'created' : { list: definitionList(workflow) };
}

async function look(listing: Listing, entry: IndexEntry): Promise<Found | null> {
  const record = await getRecord(listing, entry.workflowId);
  if (record !== null) return { entry, record };
  await listing.index.forgetOrphan(entry.workflowId);
  return null;
}

function fits(record: WorkflowRecord, query: ListQuery): boolean {
  const { status, workflow, threadId, owner } = query;
  return (
    (status === undefined || status.includes(record.status)) &&
    (workflow === undefined || workflow === record.workflow) &&
    (threadId === undefined || threadId === record.threadId) &&
    (owner === undefined || owner === record.owner)
  );
}

function placeOf(before: string | undefined): IndexEntry | null {
  if (before === undefined) return null;
  const { createdAt, workflowId } = parseListCursor(before);
  return { at: createdAt, workflowId: workflowIdSchema.parse(workflowId) };
}
