import type { StatementSync } from 'node:sqlite';
import {
  checkListQuery,
  checkOrphanedQuery,
  formatListCursor,
  type ListCursor,
  type ListPage,
  type ListQuery,
  type OrphanedPage,
  type OrphanedQuery,
  parseListCursor,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { Store } from './database/store.ts';
import type { Dependencies } from './sqlite-event-log.ts';
import { cursorSchema, recordSchema } from './tables/rows.ts';
import { IS_ALIVE, SELECT_RECORDS } from './tables/workflow-table.ts';

/** The number of workflows examined at a time for a filter, which takes a few ms. */
const SCAN_SIZE = 2_000;

/** A position before all due workflows. */
const DUE_FIRST = { createdAt: 0, workflowId: '' };

/** Selects due workflows in order after a position. */
export const ORPHANED_SQL = `
  ${SELECT_RECORDS}
  WHERE ended_at IS NULL AND (lease_until IS NOT NULL OR status <> 'paused')
    -- The first of the two is what the index is searched by.
    AND coalesce(lease_until, created_at) >= :createdAt
    AND (coalesce(lease_until, created_at), workflow_id) > (:createdAt, :workflowId)
    AND NOT ${IS_ALIVE}
  ORDER BY coalesce(lease_until, created_at), workflow_id LIMIT :limit`;

/** The first condition of a list query: each has an index in the order of the list. */
const NARROWED = {
  thread: 'thread_id = :value AND',
  owner: 'owner = :value AND',
  definition: 'definition = :value AND',
  nothing: '',
} as const;

type Narrowed = keyof typeof NARROWED;

/** The result of examining a part of the list. */
export interface Scan {
  /** The matching workflows, newest first. */
  readonly found: readonly WorkflowRecord[];
  /** The start of the next part; `null` if there is none. */
  readonly next: ListCursor | null;
}

/** Finds workflows by their properties. To be used inside a transaction. */
export class ListTable {
  readonly #list: Readonly<Record<Narrowed, StatementSync>>;
  readonly #edge: Readonly<Record<Narrowed, StatementSync>>;
  readonly #orphaned: StatementSync;

  constructor(store: Store) {
    const prepareEach = (sql: (by: Narrowed) => string) => ({
      thread: store.prepare(sql('thread')),
      owner: store.prepare(sql('owner')),
      definition: store.prepare(sql('definition')),
      nothing: store.prepare(sql('nothing')),
    });
    this.#list = prepareEach(listSql);
    this.#edge = prepareEach(edgeSql);
    this.#orphaned = store.prepare(ORPHANED_SQL);
  }

  /**
   * Examines a bounded number of workflows after a position, because matches of a filter may be
   * rare.
   * @param limit the number of wanted matches.
   */
  scan(query: ListQuery, { createdAt, workflowId }: ListCursor, limit: number): Scan {
    const { by, value } = narrow(query);
    const start = { createdAt, workflowId, ...(value !== undefined && { value }) };
    const edge = hasFilter(query, by) ? this.#edge[by].get(start) : undefined;
    const end = edge === undefined ? null : cursorSchema.parse(edge);
    const { status, workflow, threadId, owner } = query;
    const found = this.#list[by]
      .all({
        ...start,
        endCreatedAt: end?.createdAt ?? 0,
        endWorkflowId: end?.workflowId ?? '',
        status: status === undefined ? null : JSON.stringify(status),
        workflow: workflow ?? null,
        threadId: threadId ?? null,
        owner: owner === undefined ? null : JSON.stringify(owner),
        limit,
      })
      .map((row) => recordSchema.parse(row));
    return { found, next: found.length === limit ? (found.at(-1) ?? null) : end };
  }

  /** @param clock the time by the clock of the machine, in ms. */
  orphaned(query: OrphanedQuery, clock: number): OrphanedPage {
    checkOrphanedQuery(query);
    const { limit, after } = query;
    const start = after === undefined ? DUE_FIRST : parseListCursor(after);
    const rows = this.#orphaned.all({ ...start, clock, limit: limit + 1 });
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

/** Selects the matches in a scan of the list; a null filter matches everything. */
export function listSql(by: Narrowed): string {
  return `
    ${SELECT_RECORDS}
    WHERE ${NARROWED[by]} (created_at, workflow_id) < (:createdAt, :workflowId)
      AND (created_at, workflow_id) >= (:endCreatedAt, :endWorkflowId)
      AND (:workflow IS NULL OR definition = :workflow)
      AND (:threadId IS NULL OR thread_id = :threadId)
      AND (:owner IS NULL OR owner = :owner)
      AND (:status IS NULL OR status IN (SELECT value FROM json_each(:status)))
    ORDER BY created_at DESC, workflow_id DESC LIMIT :limit`;
}

/** Selects the end of a scan of the list, regardless of the filter. */
export function edgeSql(by: Narrowed): string {
  return `
    SELECT created_at, workflow_id FROM workflows
    WHERE ${NARROWED[by]} (created_at, workflow_id) < (:createdAt, :workflowId)
    ORDER BY created_at DESC, workflow_id DESC LIMIT 1 OFFSET ${SCAN_SIZE - 1}`;
}

function narrow({ threadId, owner, workflow }: ListQuery): { by: Narrowed; value?: string } {
  if (threadId !== undefined) return { by: 'thread', value: threadId };
  if (owner !== undefined) return { by: 'owner', value: JSON.stringify(owner) };
  return workflow === undefined ? { by: 'nothing' } : { by: 'definition', value: workflow };
}

/** Whether a query has further filters besides the first condition. */
function hasFilter({ status, threadId, owner, workflow }: ListQuery, by: Narrowed): boolean {
  const given = [status, threadId, owner, workflow].filter((filter) => filter !== undefined);
  return given.length > (by === 'nothing' ? 0 : 1);
}

/** A position before all workflows in the list. */
const NEWEST: ListCursor = { createdAt: Number.MAX_SAFE_INTEGER, workflowId: '' };

export async function list({ store, listing }: Dependencies, query: ListQuery): Promise<ListPage> {
  checkListQuery(query);
  const { limit, before } = query;
  const found: WorkflowRecord[] = [];
  let next: ListCursor | null = before === undefined ? NEWEST : parseListCursor(before);
  // One more than requested shows whether there is a next page.
  while (next !== null && found.length <= limit) {
    const after: ListCursor = next;
    const wanted = limit + 1 - found.length;
    const scan = await store.read(() => listing.scan(query, after, wanted));
    found.push(...scan.found);
    next = scan.next;
  }
  const workflows = found.slice(0, limit);
  const last = workflows.at(-1);
  return { workflows, next: last && found.length > limit ? formatListCursor(last) : null };
}

export async function orphaned(
  { store, listing, clock }: Dependencies,
  query: OrphanedQuery,
): Promise<OrphanedPage> {
  const now = clock.now();
  return await store.read(() => listing.orphaned(query, now));
}
