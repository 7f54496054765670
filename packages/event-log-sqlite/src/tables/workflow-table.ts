import type { StatementSync } from 'node:sqlite';
import {
  type NewWorkflow,
  unknownWorkflow,
  type WorkflowRecord,
  type WriterState,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { BootClock } from '../database/boot-clock.ts';
import type { Store } from '../database/store.ts';
import { inputRowSchema, lastSchema, recordSchema, rowSchema, writerRowSchema } from './rows.ts';

/**
 * First and last seq are derived from the entries, so that an append of plain tokens writes only
 * entries.
 */
const TAIL = `coalesce((SELECT max(seq) FROM entries WHERE workflow = workflows.workflow), 0)`;
const FIRST = `coalesce((SELECT min(seq) FROM entries WHERE workflow = workflows.workflow), 1)`;

/**
 * A workflow keeps its number until its removal is complete, so that its entries never belong to
 * another workflow.
 */
const NEXT_ROW = `1 + max(
  coalesce((SELECT max(workflow) FROM workflows), 0), coalesce((SELECT max(workflow) FROM removals), 0))`;

/**
 * Whether a lease runs. A clock before the lease began was restarted with the machine, so its
 * process is gone.
 */
export const IS_ALIVE = `(lease_until IS NOT NULL AND coalesce(lease_from <= :clock AND :clock < lease_to, FALSE))`;

/** All columns of a record. The input may be large, and is read separately. */
const RECORD = `
  workflow_id, definition, incarnation, thread_id, place, owner, owner_sees_all, status, summary, attempt, lease_until, created_at, ended_at,
  ${FIRST} AS first, ${TAIL} AS tail`;

/** Selects records; a condition follows. */
export const SELECT_RECORDS = `SELECT ${RECORD} FROM workflows`;

/** The state that a writer is checked against, and the number of the row. */
export interface WriterRow extends WriterState {
  readonly row: number;
}

/** The attempt that holds a log, and its lease. */
export interface LeaseGrant extends Pick<WriterState, 'attempt' | 'incarnation'> {
  /** In ms since 1970. */
  readonly leaseUntil: number;
  readonly leaseMs: number;
}

/** The workflows of a store, one by one. To be used inside a transaction. */
export class WorkflowTable {
  readonly #insert: StatementSync;
  readonly #insertInput: StatementSync;
  readonly #drawPosition: StatementSync;
  readonly #select: StatementSync;
  readonly #selectByKey: StatementSync;
  readonly #selectFirst: StatementSync;
  readonly #selectInput: StatementSync;
  readonly #selectWriter: StatementSync;
  readonly #grantLease: StatementSync;
  readonly #endLease: StatementSync;
  readonly #updateStatus: StatementSync;

  readonly #clock: BootClock;

  constructor(store: Store, clock: BootClock) {
    this.#clock = clock;
    this.#insert = store.prepare(`
      INSERT INTO workflows
        (workflow, workflow_id, definition, incarnation, thread_id, place, owner, owner_sees_all, idempotency_key, status, attempt, created_at, summary, life)
      VALUES (${NEXT_ROW}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      RETURNING workflow`);
    this.#insertInput = store.prepare('INSERT INTO inputs (workflow, input) VALUES (?, ?)');
    this.#drawPosition = store.prepare('UPDATE places SET last = max(last + 1, ?) RETURNING last');
    this.#select = store.prepare(`${SELECT_RECORDS} WHERE workflow_id = ?`);
    this.#selectByKey = store.prepare(`${SELECT_RECORDS} WHERE idempotency_key = ?`);
    this.#selectFirst = store.prepare(
      `${SELECT_RECORDS} WHERE thread_id = ? ORDER BY place LIMIT 1`,
    );
    this.#selectInput = store.prepare(
      'SELECT input FROM workflows JOIN inputs USING (workflow) WHERE workflow_id = ?',
    );
    this.#selectWriter = store.prepare(`
      SELECT workflow, workflow_id, incarnation, status, attempt, lease_until, ${TAIL} AS tail,
        ${IS_ALIVE} AS is_alive, life IS :life AS is_same_epoch
      FROM workflows WHERE workflow_id = :workflowId`);
    this.#grantLease = store.prepare(`
      UPDATE workflows SET attempt = :attempt, incarnation = :incarnation, lease_until = :leaseUntil,
        lease_from = :clock, lease_to = :clock + :leaseMs, life = :life
      WHERE workflow = :row`);
    this.#endLease = store.prepare('UPDATE workflows SET lease_until = NULL WHERE workflow = ?');
    this.#updateStatus = store.prepare(
      `UPDATE workflows SET status = ?, summary = ?, lease_until = ?, ended_at = ? WHERE workflow = ?`,
    );
  }

  find(workflowId: WorkflowId): WorkflowRecord | null {
    const row = this.#select.get(workflowId);
    return row === undefined ? null : recordSchema.parse(row);
  }

  findByKey(idempotencyKey: string): WorkflowRecord | null {
    const row = this.#selectByKey.get(JSON.stringify(idempotencyKey));
    return row === undefined ? null : recordSchema.parse(row);
  }

  /** The first workflow of a thread that is still there; `null` when it has none. */
  firstOf(threadId: string): WorkflowRecord | null {
    const row = this.#selectFirst.get(threadId);
    return row === undefined ? null : recordSchema.parse(row);
  }

  /** @throws EventLogError `unknown_workflow`. */
  record(workflowId: WorkflowId): WorkflowRecord {
    const record = this.find(workflowId);
    if (record === null) throw unknownWorkflow(workflowId);
    return record;
  }

  /** The input as JSON. @throws EventLogError `unknown_workflow`. */
  input(workflowId: WorkflowId): string {
    const row = this.#selectInput.get(workflowId);
    if (row === undefined) throw unknownWorkflow(workflowId);
    return inputRowSchema.parse(row).input;
  }

  /** @throws EventLogError `unknown_workflow`. */
  writer(workflowId: WorkflowId): WriterRow {
    const row = this.#selectWriter.get({
      workflowId,
      clock: this.#clock.now(),
      life: this.#clock.boot,
    });
    if (row === undefined) throw unknownWorkflow(workflowId);
    return writerRowSchema.parse(row);
  }

  /** @param input as JSON. */
  insert(record: WorkflowRecord, { idempotencyKey }: NewWorkflow, input: string): void {
    const inserted = this.#insert.get(
      record.workflowId,
      record.workflow,
      record.incarnation,
      record.threadId,
      lastSchema.parse(this.#drawPosition.get(record.createdAt)).last,
      // As JSON, because texts in SQLite cannot hold lone surrogates.
      record.owner === null ? null : JSON.stringify(record.owner),
      record.ownerSeesAll ? 1 : 0,
      idempotencyKey === undefined ? null : JSON.stringify(idempotencyKey),
      record.status,
      record.attempt,
      record.createdAt,
      JSON.stringify(record.summary),
      this.#clock.boot,
    );
    this.#insertInput.run(rowSchema.parse(inserted).workflow, input);
  }

  /** Gives the log to an attempt, or extends its lease. */
  grantLease(row: number, { attempt, incarnation, leaseUntil, leaseMs }: LeaseGrant): void {
    const { boot: life } = this.#clock;
    const clock = this.#clock.now();
    const lease = { leaseUntil, leaseMs: Math.ceil(leaseMs), clock };
    this.#grantLease.run({ row, attempt, incarnation, ...lease, life });
  }

  endLease(row: number): void {
    this.#endLease.run(row);
  }

  setStatus(
    row: number,
    change: Pick<WorkflowRecord, 'status' | 'summary' | 'leaseUntil' | 'endedAt'>,
  ): void {
    const { status, summary, leaseUntil, endedAt } = change;
    this.#updateStatus.run(status, JSON.stringify(summary), leaseUntil, endedAt, row);
  }
}
