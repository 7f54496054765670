import type { StatementSync } from 'node:sqlite';
import {
  checkThreadRange,
  checkUnattendedQuery,
  formatListCursor,
  type ListCursor,
  type ListQuery,
  parseListCursor,
  type ThreadPage,
  threadPage,
  type ThreadRange,
  type UnattendedPage,
  type UnattendedQuery,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowStatus } from '@runtape/events';
import { listedSchema, memberSchema, recordSchema } from './rows.ts';
import type { Store } from './store.ts';
import { IS_ALIVE, SELECT_RECORDS, type WorkflowTable } from './workflow-table.ts';

/** How many workflows are looked at in one go for a filter: a few ms. */
const STRETCH = 1_000;

/** Before every workflow that is due. */
const DUE_FIRST = { createdAt: 0, workflowId: '' };

/** Who is due, in order, from after a place. */
export const UNATTENDED_SQL = `
  ${SELECT_RECORDS}
  WHERE ended_at IS NULL AND (lease_until IS NOT NULL OR status <> 'paused')
    -- The first of the two is what the index is searched by.
    AND coalesce(lease_until, created_at) >= :createdAt
    AND (coalesce(lease_until, created_at), workflow_id) > (:createdAt, :workflowId)
    AND NOT ${IS_ALIVE}
  ORDER BY coalesce(lease_until, created_at), workflow_id LIMIT :limit`;

/** A thread's workflows in order, from after a place. */
export const THREAD_SQL = `
  ${SELECT_RECORDS} WHERE thread_id = ? AND place > ? ORDER BY place LIMIT ?`;

/** By what a list is narrowed down first: each has an index in the order of the list. */
const NARROWED = {
  thread: 'thread_id = :value AND',
  owner: 'owner = :value AND',
  definition: 'definition = :value AND',
  nothing: '',
} as const;

type Narrowed = keyof typeof NARROWED;

/** A part of a list. */
export interface Stretch {
  /** What fits the query, newest first. */
  readonly found: readonly WorkflowRecord[];
  /** Where the next part begins; `null` when there is none. */
  readonly next: ListCursor | null;
}

/** Finds workflows by what they are. To be used inside a transaction. */
export class WorkflowListing {
  readonly #workflows: WorkflowTable;
  readonly #list: Readonly<Record<Narrowed, StatementSync>>;
  readonly #thread: StatementSync;
  readonly #unattended: StatementSync;

  constructor(store: Store, workflows: WorkflowTable) {
    this.#workflows = workflows;
    const prepareList = (by: Narrowed) => store.prepare(listSql(by));
    this.#list = {
      thread: prepareList('thread'),
      owner: prepareList('owner'),
      definition: prepareList('definition'),
      nothing: prepareList('nothing'),
    };
    this.#thread = store.prepare(THREAD_SQL);
    this.#unattended = store.prepare(UNATTENDED_SQL);
  }

  /**
   * Looks at the workflows after a place, at a bounded number of them: what a filter lets through may be rare.
   * @param limit how many are wanted.
   */
  stretch(query: ListQuery, after: ListCursor, limit: number): Stretch {
    const { by, value } = narrow(query);
    const size = Math.max(limit, hasFilter(query, by) ? STRETCH : 0);
    const rows = this.#list[by]
      .all({ ...after, ...(value !== undefined && { value }), limit: size })
      .map((row) => listedSchema.parse(row));
    const found: WorkflowRecord[] = [];
    for (const row of rows) {
      if (!fits(row, query)) continue;
      found.push(this.#workflows.record(row.workflowId));
      if (found.length === limit) return { found, next: row };
    }
    return { found, next: rows.length < size ? null : (rows.at(-1) ?? null) };
  }

  thread(threadId: string, range: ThreadRange): ThreadPage {
    checkThreadRange(range);
    const { after, limit } = range;
    const found = this.#thread
      .all(threadId, after, limit + 1)
      .map((row) => memberSchema.parse(row));
    return threadPage(found, range);
  }

  /** @param clock by the machine, in ms. */
  unattended(query: UnattendedQuery, clock: number): UnattendedPage {
    checkUnattendedQuery(query);
    const { limit, after } = query;
    const start = after === undefined ? DUE_FIRST : parseListCursor(after);
    const rows = this.#unattended.all({ ...start, clock, limit: limit + 1 });
    const workflows = rows.slice(0, limit).map((row) => recordSchema.parse(row));
    const last = workflows.at(-1);
    if (last === undefined || rows.length <= limit) return { workflows, next: null };
    const { leaseUntil, createdAt, workflowId } = last;
    return {
      workflows,
      next: formatListCursor({ createdAt: leaseUntil ?? createdAt, workflowId }),
    };
  }
}

/** A stretch of the list, with what filters look at. */
export function listSql(by: Narrowed): string {
  return `
    SELECT workflow_id, created_at, status, definition, thread_id, owner FROM workflows
    WHERE ${NARROWED[by]} (created_at, workflow_id) < (:createdAt, :workflowId)
    ORDER BY created_at DESC, workflow_id DESC LIMIT :limit`;
}

function narrow({ threadId, owner, workflow }: ListQuery): { by: Narrowed; value?: string } {
  if (threadId !== undefined) return { by: 'thread', value: threadId };
  if (owner !== undefined) return { by: 'owner', value: JSON.stringify(owner) };
  return workflow === undefined ? { by: 'nothing' } : { by: 'definition', value: workflow };
}

/** Whether a query leaves out some of what it is narrowed down to. */
function hasFilter({ status, threadId, owner, workflow }: ListQuery, by: Narrowed): boolean {
  const given = [status, threadId, owner, workflow].filter((filter) => filter !== undefined);
  return given.length > (by === 'nothing' ? 0 : 1);
}

interface Listed {
  readonly status: WorkflowStatus;
  readonly workflow: string;
  readonly threadId: string | null;
  readonly owner: string | null;
}

function fits(listed: Listed, { status, workflow, threadId, owner }: ListQuery): boolean {
  return (
    (status === undefined || status.includes(listed.status)) &&
    (workflow === undefined || workflow === listed.workflow) &&
    (threadId === undefined || threadId === listed.threadId) &&
    (owner === undefined || owner === listed.owner)
  );
}
