import {
  checkListQuery,
  checkOrphanedQuery,
  formatListCursor,
  type ListPage,
  type ListQuery,
  type OrphanedPage,
  type OrphanedQuery,
  parseListCursor,
  type WorkflowRecord,
} from '@runtape/event-log';
import { hasEnded, workflowIdSchema } from '@runtape/events';
import { definitionList, ownerList, threadList } from './store/keys.ts';
import type { Dependencies } from './redis-event-log.ts';
import { getFields, getRecord } from './store/record.ts';
import { indexEnded } from './workflow-index/index-ended.ts';
import type { IndexEntry, Newest, Selection } from './workflow-index/workflow-index.ts';

/** The number of workflows examined per request. */
const CHUNK = 200;

export async function list(dependencies: Dependencies, query: ListQuery): Promise<ListPage> {
  checkListQuery(query);
  const { limit, status } = query;
  if (status?.length === 0) return { workflows: [], next: null };
  const selection = selectionFor(query);
  // Only the records have the exact status.
  const size = status === undefined ? limit + 1 : Math.max(CHUNK, limit + 1);
  const found: Found[] = [];
  let after = entryAfter(query.before);
  do {
    const { entries, next } = await dependencies.index.newestIn(selection, after, size);
    const examined = await Promise.all(entries.map((entry) => examine(dependencies, entry)));
    found.push(
      ...examined.filter((one) => one !== null).filter(({ record }) => fits(record, query)),
    );
    after = next;
  } while (after !== null && found.length <= limit);
  return pageOf(found, limit);
}

/** The smallest selection that the index can make that contains all matches of a query. */
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
 * A paused workflow may be in `open` only. All other open workflows are in `due`, and so are ended
 * ones until they are in `ended`: the entry is made before an attempt begins.
 */
function inOneFor(status: ListQuery['status']): Selection['inOne'] {
  if (status === undefined) return [];
  const includesPaused = status.includes('paused');
  if (!status.some(hasEnded)) return includesPaused ? [] : ['due'];
  return ['ended', includesPaused ? 'open' : 'due'];
}

async function examine(dependencies: Dependencies, entry: IndexEntry): Promise<Found | null> {
  const record = await getRecord(dependencies, entry.workflowId);
  if (record !== null) return { entry, record };
  await dependencies.index.forgetOrphan(entry.workflowId);
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

interface Found {
  readonly entry: IndexEntry;
  readonly record: WorkflowRecord;
}

/**
 * Examines due workflows, longest waiting first, and corrects the index entries of those that run,
 * are paused, have ended or are gone, so that each of these is examined only once.
 */
export async function orphaned(
  dependencies: Dependencies,
  query: OrphanedQuery,
): Promise<OrphanedPage> {
  checkOrphanedQuery(query);
  const { limit } = query;
  const now = await dependencies.connection.now();
  const found: Found[] = [];
  let after = entryAfter(query.after);
  while (found.length <= limit) {
    const entries = await dependencies.index.dueUntil(now, after, CHUNK);
    const examined = await Promise.all(entries.map((entry) => checkDue(dependencies, entry, now)));
    found.push(...examined.filter((one) => one !== null));
    after = entries.at(-1) ?? null;
    if (after === null || entries.length < CHUNK) break;
  }
  return pageOf(found, limit);
}

/**
 * The record when no attempt runs the workflow; `null` when one does, when it is paused and was
 * released, and when it is not open.
 */
async function checkDue(
  dependencies: Dependencies,
  entry: IndexEntry,
  now: number,
): Promise<Found | null> {
  const { workflowId } = entry;
  const names = ['createdAt', 'endedAt', 'leaseUntil', 'key', 'status'] as const;
  const { createdAt, endedAt, leaseUntil, key, status } = await getFields(
    dependencies,
    workflowId,
    names,
  );
  if (!createdAt) {
    await dependencies.index.forgetOrphan(workflowId);
    return null;
  }
  if (endedAt) {
    await indexEnded(dependencies, { workflowId, endedAt: Number(endedAt), key: key ?? null });
    return null;
  }
  const isLeft = leaseUntil ? Number(leaseUntil) <= now : status !== 'paused';
  if (!isLeft) {
    await dependencies.index.correctDue(entry, leaseUntil ? Number(leaseUntil) : null);
    return null;
  }
  const record = await getRecord(dependencies, workflowId);
  return record === null ? null : { entry, record };
}

/** The entry after which a page begins. */
function entryAfter(cursor: string | undefined): IndexEntry | null {
  if (cursor === undefined) return null;
  const { createdAt, workflowId } = parseListCursor(cursor);
  return { at: createdAt, workflowId: workflowIdSchema.parse(workflowId) };
}

/** The first page of the matches. */
function pageOf(found: readonly Found[], limit: number): ListPage {
  const page = found.slice(0, limit);
  const last = page.at(-1)?.entry;
  const hasMore = last !== undefined && found.length > limit;
  return {
    workflows: page.map(({ record }) => record),
    next: hasMore ? formatListCursor({ createdAt: last.at, workflowId: last.workflowId }) : null,
  };
}
