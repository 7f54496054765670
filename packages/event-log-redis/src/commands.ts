import { type Command, type CommandEntry, commandSchema, EventLogError } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import { requireWorkflow, type Store } from './records.ts';
import { accepted } from './reply.ts';
import { COMMAND } from './scripts/command.ts';

const givenSchema = z.tuple([z.number(), z.number()]).rest(z.string());
const fieldsSchema = z.tuple([
  z.literal('command'),
  z.string(),
  z.literal('at'),
  z.coerce.number(),
]);

export async function giveCommand(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  command: Command,
): Promise<CommandEntry> {
  const { commandsChannel, metadata, commands } = keys.of(workflowId);
  const args = [commandsChannel, JSON.stringify(command), command.type];
  const reply = await connection.script(COMMAND, [metadata, commands], args);
  const [seq, at, earlier] = givenSchema.parse(accepted(reply, { workflowId }));
  return {
    seq,
    command: earlier === undefined ? { ...command } : commandSchema.parse(JSON.parse(earlier)),
    at,
  };
}

export async function readCommands(
  store: Store,
  workflowId: WorkflowId,
  { after }: { after: number },
): Promise<readonly CommandEntry[]> {
  const { connection, keys } = store;
  const { commands } = keys.of(workflowId);
  const stored = await connection.call((redis) => redis.xrange(commands, `(${after}-0`, '+'));
  if (stored.length === 0) await requireWorkflow(store, workflowId);
  try {
    return stored.map(([id, fields]) => {
      const [, command, , at] = fieldsSchema.parse(fields);
      const parsed = commandSchema.parse(JSON.parse(command));
      return { seq: Number.parseInt(id, 10), command: parsed, at };
    });
  } catch (cause) {
    throw new EventLogError('corrupt', `The commands of ${workflowId} cannot be read.`, {
      workflowId,
      cause,
    });
  }
}
