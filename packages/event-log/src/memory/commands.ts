import type { WorkflowId } from '@runtape/events';
import { type Command, type CommandEntry, KEPT_COMMANDS } from '../port/commands.ts';
import { checkNotEnded } from '../checks.ts';
import type { Dependencies } from './memory-store.ts';

export function addCommand(
  { store, now }: Dependencies,
  workflowId: WorkflowId,
  command: Command,
): CommandEntry {
  const { record, commands } = store.find(workflowId);
  checkNotEnded(record);
  const last = commands.at(-1);
  if (last?.command.type === command.type) return last;
  const entry = { seq: (last?.seq ?? 0) + 1, command: { ...command }, at: now() };
  commands.push(entry);
  commands.splice(0, commands.length - KEPT_COMMANDS);
  store.announceCommand(workflowId);
  return entry;
}

export function readCommands(
  { store }: Dependencies,
  workflowId: WorkflowId,
  { after }: { after: number },
): readonly CommandEntry[] {
  return store.find(workflowId).commands.filter(({ seq }) => seq > after);
}
