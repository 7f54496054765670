import { isEventLogError, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { cancelDirect } from './cancel-workflow.ts';
import type { CommandOptions } from './command-options.ts';
import { effectiveCommand } from './effective-command.ts';
import { resumeDirect } from './resume-workflow.ts';

/**
 * Carries out what was asked of a workflow while it was being paused: whoever asked could not, for
 * the pausing attempt still held it, and no worker takes up what is paused. To be called once that
 * attempt has let go.
 */
export async function applyPendingCommands(
  workflowId: WorkflowId,
  options: CommandOptions,
): Promise<void> {
  const { log, onError } = options;
  try {
    const commands = await log.commands(workflowId, { after: 0 });
    const asked = effectiveCommand(commands.map(({ command }) => command));
    if (asked?.type !== 'cancel' && asked?.type !== 'resume') return;
    if ((await log.get(workflowId))?.status !== 'paused') return;
    if (asked.type === 'cancel') await cancelDirect(workflowId, asked, options);
    else await resumeDirect(workflowId, asked, options);
  } catch (error) {
    // Whoever asked was faster.
    if (isEventLogError(error, 'attempt_alive', 'attempt_overtaken', 'workflow_closed')) return;
    onError(error, { workflowId });
  }
}

/**
 * Looks after a paused workflow whose pausing attempt never let go, because its process died: a
 * resume that came meanwhile was left to that process.
 * @throws EventLogError as `release`.
 */
export async function sweepPaused(
  { workflowId, attempt, incarnation }: WorkflowRecord,
  options: CommandOptions,
): Promise<void> {
  await applyPendingCommands(workflowId, options);
  // Last, so that another one looks after it should this process die, too. Does nothing when
  // something was carried out.
  await options.log.release(workflowId, { attempt, incarnation });
}
