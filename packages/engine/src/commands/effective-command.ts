import type { Command, EventLog } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

/**
 * What a row of commands comes to: a cancel is for good, and so is a stall; of pause and resume the
 * last counts.
 */
export function effectiveCommand(commands: readonly Command[]): Command | undefined {
  return (
    commands.find(({ type }) => type === 'cancel') ??
    commands.find(({ type }) => type === 'stalled') ??
    commands.at(-1)
  );
}

/**
 * Tells whether a cancel waits to be carried out: also what is paused, or waits for its next
 * attempt, is ended then.
 * @throws EventLogError as `commands`.
 */
export async function isCancelRequested(
  log: Pick<EventLog, 'commands'>,
  workflowId: WorkflowId,
): Promise<boolean> {
  const commands = await log.commands(workflowId, { after: 0 });
  return effectiveCommand(commands.map(({ command }) => command))?.type === 'cancel';
}
