import type { StatementSync } from 'node:sqlite';
import type { JsonValue, KeptStep } from '@runtape/event-log';
import { stepRowSchema } from './rows.ts';
import type { Store } from './store.ts';

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

  of(row: number): ReadonlyMap<string, JsonValue> {
    const steps = this.#select.all(row).map((found) => stepRowSchema.parse(found));
    return new Map(steps.map(({ step, result }) => [step, result]));
  }
}
