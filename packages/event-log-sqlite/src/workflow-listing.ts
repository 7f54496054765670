import type { StatementSync } from 'node:sqlite';
import {
  checkLimit,
  checkListQuery,
  type Expiry,
  formatListCursor,
  type ListPage,
  type ListQuery,
  parseListCursor,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { recordSchema } from './rows.ts';
import type { Store } from './store.ts';
import { IS_ALIVE, SELECT_RECORDS } from './workflow-table.ts';

/** Before every workflow in the list. */
const TOP = { createdAt: Number.MAX_SAFE_INTEGER, workflowId: '' };

/** Finds workflows by what they are, and removes them. To be used inside a transaction. */
export class WorkflowListing {
  readonly #list: StatementSync;
  readonly #unattended: StatementSync;
  readonly #endedBefore: StatementSync;
  readonly #remove: StatementSync;

  constructor(store: Store) {
    this.#list = store.prepare(`
      ${SELECT_RECORDS}
      WHERE (created_at, workflow_id) < (:createdAt, :workflowId)
        AND (:workflow IS NULL OR definition = :workflow)
        AND (:threadId IS NULL OR thread_id = :threadId)
        AND (:status IS NULL OR status IN (SELECT value FROM json_each(:status)))
      ORDER BY created_at DESC, workflow_id DESC LIMIT :limit`);
    this.#unattended = store.prepare(`
      ${SELECT_RECORDS}
      WHERE ended_at IS NULL AND status <> 'paused' AND NOT ${IS_ALIVE}
      ORDER BY created_at LIMIT :limit`);
    this.#endedBefore = store.prepare(`
      ${SELECT_RECORDS}
      WHERE ended_at < :endedBefore
        AND (:only IS NULL OR workflow_id IN (SELECT value FROM json_each(:only)))
      ORDER BY ended_at LIMIT :limit`);
    this.#remove = store.prepare('DELETE FROM workflows WHERE workflow_id = ?');
  }

  list(query: ListQuery): ListPage {
    checkListQuery(query);
    const { limit, before, status, workflow, threadId } = query;
    const found = this.#list
      .all({
        ...(before === undefined ? TOP : parseListCursor(before)),
        workflow: workflow ?? null,
        threadId: threadId ?? null,
        status: status === undefined ? null : JSON.stringify(status),
        // One more than asked for tells whether there is a next page.
        limit: limit + 1,
      })
      .map((row) => recordSchema.parse(row));
    const workflows = found.slice(0, limit);
    const last = workflows.at(-1);
    return { workflows, next: last && found.length > limit ? formatListCursor(last) : null };
  }

  /** @param clock by the machine, in ms. */
  unattended({ clock, limit }: { clock: number; limit: number }): readonly WorkflowRecord[] {
    checkLimit(limit);
    return this.#unattended.all({ clock, limit }).map((row) => recordSchema.parse(row));
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
