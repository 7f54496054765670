import type { StatementSync } from 'node:sqlite';
import {
  checkLimit,
  checkListQuery,
  checkThreadRange,
  checkUnattendedQuery,
  type Expiry,
  formatListCursor,
  type ListPage,
  type ListQuery,
  parseListCursor,
  type ThreadPage,
  threadPage,
  type ThreadRange,
  type UnattendedPage,
  type UnattendedQuery,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { memberSchema, recordSchema } from './rows.ts';
import type { Store } from './store.ts';
import { IS_ALIVE, SELECT_RECORDS } from './workflow-table.ts';

/** Before every workflow in the list. */
const TOP = { createdAt: Number.MAX_SAFE_INTEGER, workflowId: '' };

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
  thread: 'thread_id = :threadId AND',
  owner: 'owner = :owner AND',
  definition: 'definition = :workflow AND',
  nothing: '',
} as const;

type Narrowed = keyof typeof NARROWED;

/** Finds workflows by what they are, and removes them. To be used inside a transaction. */
export class WorkflowListing {
  readonly #list: Readonly<Record<Narrowed, StatementSync>>;
  readonly #thread: StatementSync;
  readonly #unattended: StatementSync;
  readonly #endedBefore: StatementSync;
  readonly #remove: StatementSync;

  constructor(store: Store) {
    const prepareList = (by: Narrowed) => store.prepare(listSql(by));
    this.#list = {
      thread: prepareList('thread'),
      owner: prepareList('owner'),
      definition: prepareList('definition'),
      nothing: prepareList('nothing'),
    };
    this.#thread = store.prepare(THREAD_SQL);
    this.#unattended = store.prepare(UNATTENDED_SQL);
    this.#endedBefore = store.prepare(`
      ${SELECT_RECORDS}
      WHERE ended_at < :endedBefore
        AND (:only IS NULL OR workflow_id IN (SELECT value FROM json_each(:only)))
      ORDER BY ended_at LIMIT :limit`);
    this.#remove = store.prepare('DELETE FROM workflows WHERE workflow_id = ?');
  }

  list(query: ListQuery): ListPage {
    checkListQuery(query);
    const { limit, before, status, workflow, threadId, owner } = query;
    const found = this.#list[narrow(query)]
      .all({
        ...(before === undefined ? TOP : parseListCursor(before)),
        workflow: workflow ?? null,
        threadId: threadId ?? null,
        owner: owner === undefined ? null : JSON.stringify(owner),
        status: status === undefined ? null : JSON.stringify(status),
        // One more than asked for tells whether there is a next page.
        limit: limit + 1,
      })
      .map((row) => recordSchema.parse(row));
    const workflows = found.slice(0, limit);
    const last = workflows.at(-1);
    return { workflows, next: last && found.length > limit ? formatListCursor(last) : null };
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

  /** Removes what ended before a time; what belongs to it goes with it (ON DELETE CASCADE). */
  expire({ endedBefore, limit, only }: Expiry): readonly WorkflowId[] {
    checkLimit(limit);
    const old = this.#endedBefore
      .all({ endedBefore, limit, only: only === undefined ? null : JSON.stringify(only) })
      .map((row) => recordSchema.parse(row));
    for (const { workflowId } of old) this.#remove.run(workflowId);
    return old.map(({ workflowId }) => workflowId);
  }
}

/** A page of the list; a filter that is null lets everything through. */
export function listSql(by: Narrowed): string {
  return `
    ${SELECT_RECORDS}
    WHERE ${NARROWED[by]} (created_at, workflow_id) < (:createdAt, :workflowId)
      AND (:workflow IS NULL OR definition = :workflow)
      AND (:threadId IS NULL OR thread_id = :threadId)
      AND (:owner IS NULL OR owner = :owner)
      AND (:status IS NULL OR status IN (SELECT value FROM json_each(:status)))
    ORDER BY created_at DESC, workflow_id DESC LIMIT :limit`;
}

function narrow({ threadId, owner, workflow }: ListQuery): Narrowed {
  if (threadId !== undefined) return 'thread';
  if (owner !== undefined) return 'owner';
  return workflow === undefined ? 'nothing' : 'definition';
}
