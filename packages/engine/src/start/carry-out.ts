import { isEventLogError } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { cancelOnTheSpot } from './cancel-workflow.ts';
import type { CommandOptions } from './command-options.ts';
import { resumeOnTheSpot } from './resume-workflow.ts';
import { whatIsAsked } from './what-is-asked.ts';

/**
 * Carries out what was asked of a workflow while it was being paused: whoever asked could not, for the pausing attempt still
 * held it, and no worker takes up what is paused. To be called once that attempt has let go.
 */
export async function carryOutWhatCameMeanwhile(
  workflowId: WorkflowId,
  options: CommandOptions,
): Promise<void> {
  const { log, onError } = options;
  try {
    const commands = await log.commands(workflowId, { after: 0 });
    const asked = whatIsAsked(commands.map(({ command }) => command));
    if (asked?.type !== 'cancel' && asked?.type !== 'resume') return;
    if ((await log.get(workflowId))?.status !== 'paused') return;
    if (asked.type === 'cancel') await cancelOnTheSpot(workflowId, asked, options);
    else await resumeOnTheSpot(workflowId, asked, options);
  } catch (error) {
    // Whoever asked was faster.
    if (isEventLogError(error, 'attempt_alive', 'attempt_overtaken', 'workflow_closed')) return;
    onError(error, { workflowId });
  }
}
