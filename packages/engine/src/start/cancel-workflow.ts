import { type Command, type EventLog, isEventLogError } from '@runtape/event-log';
import { hasEnded, type WorkflowId } from '@runtape/events';
import { appendOnTheSpot } from '../attempt/append-on-the-spot.ts';
import { cancelled } from '../attempt/attempt-end.ts';
import type { CancelOutcome } from './index.ts';

/** Long enough for one append; should it fail, a worker takes the workflow up soon, and ends it. */
const LEASE_MS = 2_000;

export interface CancelOptions {
  readonly log: EventLog;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly onError: (error: unknown, about: { workflowId: WorkflowId }) => void;
}

/**
 * Cancels a workflow wherever it runs. The command is stored first, so it acts whatever happens then. When nobody runs the
 * workflow, an attempt is begun here to end it: should a worker begin at the same moment, the log lets one of both, and a
 * worker that begins finds the command.
 * @throws EventLogError `unknown_workflow`, `unavailable`.
 */
export async function cancelWorkflow(
  workflowId: WorkflowId,
  command: Command,
  options: CancelOptions,
): Promise<CancelOutcome> {
  const { log, onError } = options;
  try {
    await log.command(workflowId, command);
  } catch (error) {
    if (isEventLogError(error, 'workflow_closed')) return 'already_ended';
    throw error;
  }
  try {
    await cancelOnTheSpot(workflowId, command, options);
    return 'cancelled';
  } catch (error) {
    if (isEventLogError(error, 'attempt_alive', 'attempt_overtaken')) return 'requested';
    if (isEventLogError(error, 'workflow_closed')) return await outcomeOfEnd(workflowId, log);
    // The command is stored: whoever takes the workflow up next ends it.
    onError(error, { workflowId });
    return 'requested';
  }
}

/** @throws EventLogError `attempt_alive` when somebody runs it, `attempt_overtaken`, `workflow_closed`, `unavailable`. */
export async function cancelOnTheSpot(
  workflowId: WorkflowId,
  { by, reason }: Command,
  { log, now }: Pick<CancelOptions, 'log' | 'now'>,
): Promise<void> {
  const { attempt, record } = await log.begin(workflowId, { leaseMs: LEASE_MS });
  const durationMs = Math.max(0, now() - record.createdAt);
  const { event } = cancelled({ by, reason }, { durationMs });
  await appendOnTheSpot(record, event, { log, now, attempt });
}

/** It ended between our command and our attempt, most likely because of the command. */
async function outcomeOfEnd(workflowId: WorkflowId, log: EventLog): Promise<CancelOutcome> {
  const record = await log.get(workflowId);
  return record !== null && hasEnded(record.status) && record.status !== 'cancelled'
    ? 'already_ended'
    : 'cancelled';
}
