import {
  checkOrphanedQuery,
  formatListCursor,
  parseListCursor,
  type OrphanedPage,
  type OrphanedQuery,
  type WorkflowRecord,
} from '@runtape/event-log';
import { workflowIdSchema } from '@runtape/events';
import { getFields, getRecord, type Store } from './records.ts';
import { indexEnded, type EndedIndexing } from './index-ended.ts';
import type { IndexEntry } from './workflow-index.ts';

/** How many workflows are looked at in one go. */
const CHUNK = 200;

export interface Attending extends Store, EndedIndexing {}

interface Found {
  readonly entry: IndexEntry;
  readonly record: WorkflowRecord;
}

/**
 * Looks at what is due, first what has waited longest; on its way it corrects the index: of what runs, is paused, ended or is
 * gone. So each of these costs one look when its time comes, and then none.
 */
export async function orphaned(attending: Attending, query: OrphanedQuery): Promise<OrphanedPage> {
  checkOrphanedQuery(query);
  const { limit } = query;
  const now = await attending.connection.now();
  const found: Found[] = [];
  let after = placeOf(query.after);
  while (found.length <= limit) {
    const entries = await attending.index.dueUntil(now, after, CHUNK);
    const looked = await Promise.all(entries.map((entry) => look(attending, entry, now)));
    found.push(...looked.filter((one) => one !== null));
    after = entries.at(-1) ?? null;
    if (after === null || entries.length < CHUNK) break;
  }
  const page = found.slice(0, limit);
  const last = page.at(-1)?.entry;
  const hasMore = last !== undefined && found.length > limit;
  return {
    workflows: page.map(({ record }) => record),
    next: hasMore ? formatListCursor({ createdAt: last.at, workflowId: last.workflowId }) : null,
  };
}

/** The record when nobody runs the workflow; `null` when somebody does, when it is paused and was let go, and when it is not open. */
async function look(attending: Attending, entry: IndexEntry, now: number): Promise<Found | null> {
  const { workflowId } = entry;
  const names = ['createdAt', 'endedAt', 'leaseUntil', 'key', 'status'] as const;
  const { createdAt, endedAt, leaseUntil, key, status } = await getFields(
    attending,
    workflowId,
    names,
  );
  if (!createdAt) {
    await attending.index.forgetOrphan(workflowId);
    return null;
  }
  if (endedAt) {
    await indexEnded(attending, { workflowId, endedAt: Number(endedAt), key: key ?? null });
    return null;
  }
  const isLeft = leaseUntil ? Number(leaseUntil) <= now : status !== 'paused';
  if (!isLeft) {
    await attending.index.dueInstead(entry, leaseUntil ? Number(leaseUntil) : null);
    return null;
  }
  const record = await getRecord(attending, workflowId);
  return record === null ? null : { entry, record };
}

function placeOf(after: string | undefined): IndexEntry | null {
  if (after === undefined) return null;
  const { createdAt, workflowId } = parseListCursor(after);
  return { at: createdAt, workflowId: workflowIdSchema.parse(workflowId) };
}
