import type { Command, EventLog } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

/** The effective command of a list: a cancel or a stall is final; otherwise the last one counts. */
export function effectiveCommand(commands: readonly Command[]): Command | undefined {
  return (
    commands.find(({ type }) => type === 'cancel') ??
    commands.find(({ type }) => type === 'stalled') ??
    commands.at(-1)
  );
}

/**
 * Whether a stored cancel still has to be applied. It also ends paused and waiting workflows.
 * @throws EventLogError as `commands`.
 */
export async function isCancelRequested(
  log: Pick<EventLog, 'commands'>,
  workflowId: WorkflowId,
): Promise<boolean> {
  const commands = await log.commands(workflowId, { after: 0 });
  return effectiveCommand(commands.map(({ command }) => command))?.type === 'cancel';
}
