import { type Attempt, type Command, type EventLog, isEventLogError } from '@runtape/event-log';
import { hasEnded, type WorkflowId } from '@runtape/events';
import { appendDirect } from '../lifecycle/append-direct.ts';
import { cancelled } from '../lifecycle/attempt-end.ts';
import { isMarked } from '../run/clean-up.ts';
import { spendingOf } from '../define/spending.ts';
import type { CancelOutcome } from '../start/index.ts';
import type { CommandOptions } from './command-options.ts';

/** Long enough for one append. If it fails, a worker soon ends the workflow. */
const LEASE_MS = 2_000;

/**
 * Cancels a workflow wherever it runs. The command is stored first, so it takes effect whatever
 * happens next. If no worker runs the workflow, an attempt begins here to end it; the log lets only
 * one of two concurrent attempts begin, and a worker that begins finds the command. A workflow with
 * a clean-up is left to a worker.
 * @throws EventLogError `unknown_workflow`, `unavailable`.
 */
export async function cancelWorkflow(
  workflowId: WorkflowId,
  command: Command,
  options: CommandOptions,
): Promise<CancelOutcome> {
  const { log, onError } = options;
  try {
    await log.command(workflowId, command);
  } catch (error) {
    if (isEventLogError(error, 'workflow_closed')) return 'already_ended';
    throw error;
  }
  try {
    return await cancelDirect(workflowId, command, options);
  } catch (error) {
    if (isEventLogError(error, 'attempt_alive', 'attempt_overtaken')) return 'requested';
    if (isEventLogError(error, 'workflow_closed')) return await outcomeOfEnd(workflowId, log);
    // The command is stored, so the next worker ends the workflow.
    onError(error, { workflowId });
    return 'requested';
  }
}

/** @throws EventLogError `attempt_alive`, `attempt_overtaken`, `workflow_closed`, `unavailable`. */
export async function cancelDirect(
  workflowId: WorkflowId,
  { by, reason }: Command,
  options: CommandOptions,
): Promise<'cancelled' | 'requested'> {
  const { log, now } = options;
  const begun = await log.begin(workflowId, { leaseMs: LEASE_MS });
  if (isMarked(await log.steps(workflowId))) {
    await leaveToWorker(begun, options);
    return 'requested';
  }
  const { attempt, record } = begun;
  const durationMs = Math.max(0, now() - record.createdAt);
  const { event } = cancelled({ by, reason }, { durationMs }, spendingOf(record));
  await appendDirect(record, event, { log, now, attempt });
  return 'cancelled';
}

/** Wakes a worker, which finds the stored command, cleans up and ends the workflow. */
async function leaveToWorker(
  { workflowId, attempt, record }: Attempt,
  { log, queue, onError }: CommandOptions,
): Promise<void> {
  const { incarnation, status, owner } = record;
  // Among paused workflows, a sweep only checks those whose lease has expired.
  if (status === 'paused') await log.renew(workflowId, { attempt, incarnation, leaseMs: 1 });
  else await log.release(workflowId, { attempt, incarnation });
  try {
    await queue.enqueue(workflowId, { owner });
  } catch (error) {
    // A sweep finds the workflow a little later.
    onError(error, { workflowId });
  }
}

/** The workflow ended between the command and this attempt, most likely because of the command. */
async function outcomeOfEnd(workflowId: WorkflowId, log: EventLog): Promise<CancelOutcome> {
  const record = await log.get(workflowId);
  return record !== null && hasEnded(record.status) && record.status !== 'cancelled'
    ? 'already_ended'
    : 'cancelled';
}
