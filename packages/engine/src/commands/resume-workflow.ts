import { type Command, isEventLogError } from '@runtape/event-log';
import { hasEnded, type WorkflowId } from '@runtape/events';
import { isCancelRequested } from './effective-command.ts';
import { applyDirect } from './apply-direct.ts';
import type { CommandOptions } from './command-options.ts';
import type { ResumeOutcome } from '../start/index.ts';

/**
 * Resumes a paused workflow. The command is stored first, so that it overrides a pause that has not
 * been applied yet.
 * @throws EventLogError `unknown_workflow`; `unavailable`: it may still be paused, so try again.
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
    // A command after a cancel has no effect.
    if (!(await isCancelRequested(log, workflowId))) {
      await log.command(workflowId, command);
      // The pausing process may find the command and resume before this second read.
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
    // The process that just paused or resumes it finds the command when it releases its lease.
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
    // A sweep finds the workflow a little later.
    options.onError(error, { workflowId });
  }
}
