import type { StatementSync } from 'node:sqlite';
import { checkLimit, type Expiry } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Store } from './database/store.ts';
import type { Dependencies } from './sqlite-event-log.ts';
import { endedRowSchema, rowSchema } from './tables/rows.ts';

/** The maximum duration of the removals in one transaction, in ms. */
const SLICE_MS = 8;
/** The number of workflows removed in one transaction, which takes a few ms. */
const BATCH = 50;
/** The number of rows removed by one statement; each may be a megabyte. */
const CHUNK = 32;

/**
 * Removes workflows. The workflow itself is removed first, immediately for all readers; its data is
 * removed later, in as many transactions as necessary, so that a log of a million entries blocks no
 * other operation and is never seen in part. To be used inside a transaction.
 */
export class RemovalTable {
  readonly #selectEnded: StatementSync;
  readonly #selectEndedOne: StatementSync;
  readonly #removeWorkflow: StatementSync;
  readonly #note: StatementSync;
  readonly #selectNoted: StatementSync;
  /** Each removes some rows of a workflow, in this order. */
  readonly #removeSome: readonly StatementSync[];
  readonly #forget: StatementSync;

  constructor(store: Store) {
    this.#selectEnded = store.prepare(
      'SELECT workflow, workflow_id FROM workflows WHERE ended_at < ? ORDER BY ended_at LIMIT ?',
    );
    this.#selectEndedOne = store.prepare(
      'SELECT workflow, workflow_id FROM workflows WHERE workflow_id = ? AND ended_at < ?',
    );
    this.#removeWorkflow = store.prepare('DELETE FROM workflows WHERE workflow = ?');
    this.#note = store.prepare('INSERT INTO removals (workflow) VALUES (?)');
    this.#selectNoted = store.prepare('SELECT workflow FROM removals LIMIT 1');
    const removeSome = (table: string, key: string) =>
      store.prepare(`
        DELETE FROM ${table} WHERE workflow = :workflow AND ${key} IN
          (SELECT ${key} FROM ${table} WHERE workflow = :workflow ORDER BY ${key} LIMIT ${CHUNK})`);
    this.#removeSome = [
      removeSome('entries', 'seq'),
      removeSome('segments', 'last'),
      removeSome('steps', 'step'),
      removeSome('commands', 'seq'),
      removeSome('inputs', 'workflow'),
    ];
    this.#forget = store.prepare('DELETE FROM removals WHERE workflow = ?');
  }

  /** Removes workflows that ended before a time, oldest first. @returns their ids. */
  take(endedBefore: number, limit: number): readonly WorkflowId[] {
    return this.#take(this.#selectEnded.all(endedBefore, limit));
  }

  /** Removes a workflow if it ended before a time. @returns its id, or nothing. */
  takeOne(workflowId: WorkflowId, endedBefore: number): readonly WorkflowId[] {
    return this.#take(this.#selectEndedOne.all(workflowId, endedBefore));
  }

  /** Removes some data of removed workflows. @returns whether there is more. */
  clear(): boolean {
    const startedAt = performance.now();
    for (;;) {
      const row = this.#selectNoted.get();
      if (row === undefined) return false;
      const { workflow } = rowSchema.parse(row);
      if (!this.#removeSome.some((statement) => statement.run({ workflow }).changes !== 0)) {
        this.#forget.run(workflow);
      }
      if (performance.now() - startedAt >= SLICE_MS) return true;
    }
  }

  #take(rows: readonly unknown[]): readonly WorkflowId[] {
    return rows.map((row) => {
      const { workflow, workflowId } = endedRowSchema.parse(row);
      this.#note.run(workflow);
      this.#removeWorkflow.run(workflow);
      return workflowId;
    });
  }
}

/**
 * Removes workflows that ended before a time, in short transactions between which other operations
 * continue. First completes removals of a process that died.
 */
export async function expire(
  { store, removals }: Dependencies,
  { endedBefore, limit, only }: Expiry,
): Promise<readonly WorkflowId[]> {
  checkLimit(limit);
  const gone: WorkflowId[] = [];
  const take = async (some: () => readonly WorkflowId[]): Promise<boolean> => {
    const taken = await store.write(some);
    gone.push(...taken);
    while (await store.write(() => removals.clear()));
    return taken.length > 0;
  };
  await take(() => []);
  if (only === undefined) {
    while (
      gone.length < limit &&
      (await take(() => removals.take(endedBefore, Math.min(BATCH, limit - gone.length))))
    );
    return gone;
  }
  for (const workflowId of only) {
    if (gone.length === limit) break;
    await take(() => removals.takeOne(workflowId, endedBefore));
  }
  return gone;
}
