import { type Command, isEventLogError } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { applyDirect } from './apply-direct.ts';
import { isCancelRequested } from './effective-command.ts';
import { applyPendingCommands } from './apply-pending-commands.ts';
import type { CommandOptions } from './command-options.ts';
import type { PauseOutcome } from '../start/index.ts';

/**
 * Pauses a workflow wherever it runs. As with a cancel the command is stored first, and what nobody
 * runs is paused here.
 * @throws EventLogError `unknown_workflow`, `unavailable`.
 */
export async function pauseWorkflow(
  workflowId: WorkflowId,
  command: Command,
  options: CommandOptions,
): Promise<PauseOutcome> {
  const { log, onError } = options;
  try {
    const before = await log.get(workflowId);
    // Nothing that comes after a cancel counts.
    if (!(await isCancelRequested(log, workflowId))) await log.command(workflowId, command);
    // Should a resume be under way, whoever takes the workflow up finds that this pause came later.
    if ((await log.get(workflowId))?.status === 'paused') {
      // The attempt that runs may have found the command, and paused, before this looked.
      return before?.status === 'paused' ? 'already_paused' : 'paused';
    }
  } catch (error) {
    if (isEventLogError(error, 'workflow_closed')) return 'already_ended';
    throw error;
  }
  try {
    await applyDirect(workflowId, paused(command), options);
  } catch (error) {
    if (isEventLogError(error, 'attempt_alive', 'attempt_overtaken')) return 'requested';
    if (isEventLogError(error, 'workflow_closed')) return 'already_ended';
    // The command is stored: whoever takes the workflow up next pauses it.
    onError(error, { workflowId });
    return 'requested';
  }
  await applyPendingCommands(workflowId, options);
  return 'paused';
}

function paused({ by }: Command) {
  return { type: 'workflow:paused', data: { by } } as const;
}
