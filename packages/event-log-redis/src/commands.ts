import {
  type Command,
  type CommandEntry,
  commandSchema,
  EventLogError,
  KEPT_COMMANDS,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import { requireWorkflow, type Store } from './store/record.ts';
import { accepted, NOW, script } from './store/script.ts';

/**
 * Stores and announces a command, unless the newest has the same type. KEYS: metadata, commands.
 * ARGV: channel, the command, its type.
 * @returns its number and time; the number, time and text of the newest if that has the same type.
 */
const COMMAND = script(`${NOW}
local found = redis.call('HMGET', KEYS[1], 'attempt', 'endedAt')
if not found[1] then return {'unknown_workflow'} end
if found[2] then return {'workflow_closed'} end
local last, seq = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1], 1
if last then
  seq = tonumber(string.match(last[1], '^%d+'))
  if cjson.decode(last[2][2]).type == ARGV[3] then return {'ok', seq, tonumber(last[2][4]), last[2][2]} end
  seq = seq + 1
end
redis.call('XADD', KEYS[2], 'MAXLEN', ${KEPT_COMMANDS}, seq .. '-0', 'command', ARGV[2], 'at', now)
redis.call('SPUBLISH', ARGV[1], seq)
return {'ok', seq, now}
`);

const givenSchema = z.tuple([z.number(), z.number()]).rest(z.string());
const fieldsSchema = z.tuple([
  z.literal('command'),
  z.string(),
  z.literal('at'),
  z.coerce.number(),
]);

export async function addCommand(
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
