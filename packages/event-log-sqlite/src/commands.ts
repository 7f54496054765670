import type { StatementSync } from 'node:sqlite';
import { checkNotEnded, type Command, type CommandEntry, KEPT_COMMANDS } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Store } from './database/store.ts';
import type { Dependencies } from './sqlite-event-log.ts';
import { commandRowSchema, lastSchema } from './tables/rows.ts';

/** The commands given to workflows. To be used inside a transaction. */
export class CommandTable {
  readonly #insert: StatementSync;
  readonly #selectNewest: StatementSync;
  readonly #removeOld: StatementSync;
  readonly #selectAfter: StatementSync;
  readonly #selectLast: StatementSync;

  constructor(store: Store) {
    this.#insert = store.prepare(`
      INSERT INTO commands (workflow, seq, command, at)
      VALUES (:row, (SELECT coalesce(max(seq), 0) + 1 FROM commands WHERE workflow = :row), :command, :at)
      RETURNING seq, command, at`);
    this.#selectNewest = store.prepare(
      'SELECT seq, command, at FROM commands WHERE workflow = ? ORDER BY seq DESC LIMIT 1',
    );
    this.#removeOld = store.prepare('DELETE FROM commands WHERE workflow = :row AND seq <= :seq');
    this.#selectAfter = store.prepare(`
      SELECT seq, command, at FROM workflows JOIN commands USING (workflow)
      WHERE workflow_id = ? AND seq > ? ORDER BY seq`);
    this.#selectLast = store.prepare(`
      SELECT coalesce(max(seq), 0) AS last FROM workflows JOIN commands USING (workflow)
      WHERE workflow_id = ?`);
  }

  /** Stores a command, unless the newest has the same type. @returns the stored command. */
  add(row: number, { command, at }: Omit<CommandEntry, 'seq'>): CommandEntry {
    const newest = this.#selectNewest.get(row);
    const last = newest === undefined ? undefined : commandRowSchema.parse(newest);
    if (last?.command.type === command.type) return last;
    this.#removeOld.run({ row, seq: (last?.seq ?? 0) + 1 - KEPT_COMMANDS });
    return commandRowSchema.parse(this.#insert.get({ row, command: JSON.stringify(command), at }));
  }

  /** The seq of the newest command; 0 if there is none. */
  last(workflowId: WorkflowId): number {
    return lastSchema.parse(this.#selectLast.get(workflowId)).last;
  }

  after(workflowId: WorkflowId, after: number): readonly CommandEntry[] {
    const rows = this.#selectAfter.all(workflowId, after);
    return rows.map((row) => commandRowSchema.parse(row));
  }
}

export async function addCommand(
  { store, workflows, commands, now, watch }: Dependencies,
  workflowId: WorkflowId,
  command: Command,
): Promise<CommandEntry> {
  const entry = await store.write(() => {
    const writer = workflows.writer(workflowId);
    checkNotEnded(writer);
    return commands.add(writer.row, { command, at: now() });
  });
  watch.commanded(workflowId);
  return entry;
}

export async function readCommands(
  { store, workflows, commands }: Dependencies,
  workflowId: WorkflowId,
  { after }: { after: number },
): Promise<readonly CommandEntry[]> {
  return await store.read(() => {
    workflows.writer(workflowId);
    return commands.after(workflowId, after);
  });
}
