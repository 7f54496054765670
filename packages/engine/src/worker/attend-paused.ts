import type { WorkflowRecord } from '@runtape/event-log';
import { carryOutWhatCameMeanwhile } from '../start/carry-out.ts';
import type { CommandOptions } from '../start/command-options.ts';

/**
 * Looks after a paused workflow whose pausing attempt never let go, because its process died: a resume that came meanwhile
 * was left to that process.
 * @throws EventLogError as `release`.
 */
export async function attendPaused(
  { workflowId, attempt, incarnation }: WorkflowRecord,
  options: CommandOptions,
): Promise<void> {
  await carryOutWhatCameMeanwhile(workflowId, options);
  // Last, so that another one looks after it should this process die, too. Does nothing when something was carried out.
  await options.log.release(workflowId, { attempt, incarnation });
}
