import type { StatementSync } from 'node:sqlite';
import type { CommandEntry } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { commandRowSchema } from './rows.ts';
import type { Store } from './store.ts';

/** The commands given to workflows. To be used inside a transaction. */
export class CommandTable {
  readonly #insert: StatementSync;
  readonly #selectAfter: StatementSync;

  constructor(store: Store) {
    this.#insert = store.prepare(`
      INSERT INTO commands (workflow, seq, command, at)
      VALUES (:row, (SELECT coalesce(max(seq), 0) + 1 FROM commands WHERE workflow = :row), :command, :at)
      RETURNING seq, command, at`);
    this.#selectAfter = store.prepare(`
      SELECT seq, command, at FROM workflows JOIN commands USING (workflow)
      WHERE workflow_id = ? AND seq > ? ORDER BY seq`);
  }

  add(row: number, { command, at }: Omit<CommandEntry, 'seq'>): CommandEntry {
    return commandRowSchema.parse(this.#insert.get({ row, command: JSON.stringify(command), at }));
  }

  after(workflowId: WorkflowId, after: number): readonly CommandEntry[] {
    const rows = this.#selectAfter.all(workflowId, after);
    return rows.map((row) => commandRowSchema.parse(row));
  }
}
