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
import type { IndexEntry, Newest, Selection, WorkflowIndex } from './workflow-index.ts';

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
  const selection = selectionFor(query);
  // Of what has some status only the records tell which.
  const size = status === undefined ? limit + 1 : Math.max(CHUNK, limit + 1);
  const found: Found[] = [];
  let after = placeOf(query.before);
  do {
    const { entries, next } = await listing.index.newestIn(selection, after, size);
    const looked = await Promise.all(entries.map((entry) => look(listing, entry)));
    found.push(...looked.filter((one) => one !== null).filter(({ record }) => fits(record, query)));
    after = next;
  } while (after !== null && found.length <= limit);
  const page = found.slice(0, limit);
  const last = page.at(-1)?.entry;
  const hasMore = last !== undefined && found.length > limit;
  return {
    workflows: page.map(({ record }) => record),
    next: hasMore ? formatListCursor({ createdAt: last.at, workflowId: last.workflowId }) : null,
  };
}

/** All that a query may ask for, and as little else as the index can tell. */
function selectionFor({ status, workflow, threadId, owner }: ListQuery): Selection {
  const [first, ...others]: Newest[] = [
    ...(threadId === undefined ? [] : [{ list: threadList(threadId) }]),
    ...(owner === undefined ? [] : [{ list: ownerList(owner) }]),
    ...(workflow === undefined ? [] : [{ list: definitionList(workflow) }]),
    ...(status?.every((one) => !hasEnded(one)) === true ? ['open' as const] : []),
  ];
  return { inAll: [first ?? 'created', ...others], inOne: inOneFor(status) };
}

/**
 * What is paused may be in `open` only. All else that is open is in `due`, as is what ended, until it is in `ended`: it is noted
 * there before an attempt begins.
 */
function inOneFor(status: ListQuery['status']): Selection['inOne'] {
  if (status === undefined) return [];
  const isPausedMeant = status.includes('paused');
  if (!status.some(hasEnded)) return isPausedMeant ? [] : ['due'];
  return ['ended', isPausedMeant ? 'open' : 'due'];
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
