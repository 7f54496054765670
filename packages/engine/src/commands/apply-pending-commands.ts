import { isEventLogError, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { cancelDirect } from './cancel-workflow.ts';
import type { CommandOptions } from './command-options.ts';
import { effectiveCommand } from './effective-command.ts';
import { resumeDirect } from './resume-workflow.ts';

/**
 * Applies the commands that arrived while a workflow was being paused. Their senders could not
 * apply them, because the pausing attempt held the lease, and no worker takes up a paused workflow.
 * Call it after that attempt has released its lease.
 */
export async function applyPendingCommands(
  workflowId: WorkflowId,
  options: CommandOptions,
): Promise<void> {
  const { log, onError } = options;
  try {
    const commands = await log.commands(workflowId, { after: 0 });
    const effective = effectiveCommand(commands.map(({ command }) => command));
    if (effective?.type !== 'cancel' && effective?.type !== 'resume') return;
    if ((await log.get(workflowId))?.status !== 'paused') return;
    if (effective.type === 'cancel') await cancelDirect(workflowId, effective, options);
    else await resumeDirect(workflowId, effective, options);
  } catch (error) {
    // The sender of the command was faster.
    if (isEventLogError(error, 'attempt_alive', 'attempt_overtaken', 'workflow_closed')) return;
    onError(error, { workflowId });
  }
}

/**
 * Applies a resume that arrived during a pause, when the process of the pausing attempt died before
 * it could.
 * @throws EventLogError as `release`.
 */
export async function sweepPaused(
  { workflowId, attempt, incarnation }: WorkflowRecord,
  options: CommandOptions,
): Promise<void> {
  await applyPendingCommands(workflowId, options);
  // Last, so that another worker repeats this if this process dies too. No effect if a command was
  // applied.
  await options.log.release(workflowId, { attempt, incarnation });
}
