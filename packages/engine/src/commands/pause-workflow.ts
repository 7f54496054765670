import { type Command, isEventLogError } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { applyDirect } from './apply-direct.ts';
import { isCancelRequested } from './effective-command.ts';
import { applyPendingCommands } from './apply-pending-commands.ts';
import type { CommandOptions } from './command-options.ts';
import type { PauseOutcome } from '../start/index.ts';

/**
 * Pauses a workflow wherever it runs. The command is stored first; a workflow that no worker runs
 * is paused here.
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
    // A command after a cancel has no effect.
    if (!(await isCancelRequested(log, workflowId))) await log.command(workflowId, command);
    // If a resume is in progress, the next worker sees that this pause is newer.
    if ((await log.get(workflowId))?.status === 'paused') {
      // The running attempt may have paused the workflow before this second read.
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
    // The command is stored, so the next worker pauses the workflow.
    onError(error, { workflowId });
    return 'requested';
  }
  await applyPendingCommands(workflowId, options);
  return 'paused';
}

function paused({ by }: Command) {
  return { type: 'workflow:paused', data: { by } } as const;
}
