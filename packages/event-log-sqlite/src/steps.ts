import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { TimeSlice } from '@runtape/async';
import type { JsonValue, KeptStep } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Store } from './database/store.ts';
import type { Dependencies } from './sqlite-event-log.ts';
import { explained } from './read.ts';
import { stepRowSchema } from './tables/rows.ts';

/** The results of steps. To be used inside a transaction. */
export class StepTable {
  readonly #upsert: StatementSync;
  readonly #select: StatementSync;

  constructor(store: Store) {
    this.#upsert = store.prepare(`
      INSERT INTO steps (workflow, step, result) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET result = excluded.result`);
    this.#select = store.prepare('SELECT step, result FROM steps WHERE workflow = ?');
  }

  keep(row: number, { step, result }: KeptStep): void {
    this.#upsert.run(row, JSON.stringify(step), JSON.stringify(result));
  }

  /** The steps of a workflow, not yet decoded. */
  of(row: number): readonly Record<string, SQLOutputValue>[] {
    return this.#select.all(row);
  }
}

/** Decodes the result of `of` in slices. Throws the error of the first invalid row. */
async function decodeSteps(
  rows: readonly Record<string, SQLOutputValue>[],
): Promise<ReadonlyMap<string, JsonValue>> {
  const slice = new TimeSlice();
  const decoded = new Map<string, JsonValue>();
  for (const row of rows) {
    if (slice.due) await slice.yield();
    const { step, result } = stepRowSchema.parse(row);
    decoded.set(step, result);
  }
  return decoded;
}

export async function steps(
  { store, workflows, steps: table }: Dependencies,
  workflowId: WorkflowId,
): Promise<ReadonlyMap<string, JsonValue>> {
  const rows = await store.read(() => table.of(workflows.writer(workflowId).row));
  return await explained(store, () => decodeSteps(rows));
}
