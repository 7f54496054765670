import { type Command, isEventLogError } from '@runtape/event-log';
import { hasEnded, type WorkflowId } from '@runtape/events';
import { isCancelRequested } from './effective-command.ts';
import { applyDirect } from './apply-direct.ts';
import type { CommandOptions } from './command-options.ts';
import type { ResumeOutcome } from '../start/index.ts';

/**
 * Lets a paused workflow go on. The command is stored first, so that a pause that nobody has acted
 * on yet no longer counts.
 * @throws EventLogError `unknown_workflow`, `unavailable`: then it may still be paused, and asking
 *   again is right.
 */
export async function resumeWorkflow(
  workflowId: WorkflowId,
  command: Command,
  options: CommandOptions,
): Promise<ResumeOutcome> {
  const { log } = options;
  let isResumed = false;
  try {
    const before = await log.get(workflowId);
    // Nothing that comes after a cancel counts.
    if (!(await isCancelRequested(log, workflowId))) {
      await log.command(workflowId, command);
      // Whoever paused it may find the command, and resume it, before this looks again.
      isResumed = before?.status === 'paused';
    }
    const record = await log.get(workflowId);
    if (record?.status !== 'paused') {
      if (isResumed) return 'resumed';
      return record === null || hasEnded(record.status) ? 'already_ended' : 'not_paused';
    }
    await resumeDirect(workflowId, command, options);
    return 'resumed';
  } catch (error) {
    if (isEventLogError(error, 'workflow_closed')) return isResumed ? 'resumed' : 'already_ended';
    // Whoever just paused it, or resumes it as well, finds the command when it lets go.
    if (isEventLogError(error, 'attempt_alive', 'attempt_overtaken')) return 'resumed';
    throw error;
  }
}

/** @throws EventLogError as `applyDirect`. */
export async function resumeDirect(
  workflowId: WorkflowId,
  { by }: Command,
  options: CommandOptions,
): Promise<void> {
  const event = { type: 'workflow:resumed', data: { by } } as const;
  const { owner } = await applyDirect(workflowId, event, options);
  try {
    await options.queue.enqueue(workflowId, { owner });
  } catch (error) {
    // A sweep finds it a little later.
    options.onError(error, { workflowId });
  }
}
