import type { EventLog } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { whatIsAsked } from '../start/what-is-asked.ts';

/**
 * Tells whether a cancel waits to be carried out: also what is paused, or waits for its next attempt, is ended then.
 * @throws EventLogError as `commands`.
 */
export async function isCancelAsked(
  log: Pick<EventLog, 'commands'>,
  workflowId: WorkflowId,
): Promise<boolean> {
  const commands = await log.commands(workflowId, { after: 0 });
  return whatIsAsked(commands.map(({ command }) => command))?.type === 'cancel';
}
