import {
  type Created,
  type EventLog,
  isEventLogError,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { cancelWorkflow } from '../commands/cancel-workflow.ts';
import { pauseWorkflow } from '../commands/pause-workflow.ts';
import { resumeWorkflow } from '../commands/resume-workflow.ts';
import { newWorkflowId as drawWorkflowId } from './new-workflow-id.ts';
import type { WorkflowQueue } from '../queue/workflow-queue.ts';
import type { StartedWorkflow, StartRequest, WorkflowStarter } from './index.ts';

/** One collision is next to impossible; several mean a broken random source. */
const MAX_DRAWS = 3;

export interface WorkflowStarterOptions {
  readonly log: EventLog;
  readonly queue: Pick<WorkflowQueue, 'enqueue'>;
  /** Default: time-sortable ids from the system's clock and random source. */
  readonly newWorkflowId?: (() => WorkflowId) | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * Called with errors that do not fail a start or a command, for the process log. Default:
   * ignored.
   */
  readonly onError?: ((error: unknown, about: { workflowId: WorkflowId }) => void) | undefined;
}

/** Makes a starter, which starts, pauses, resumes and cancels workflows but runs none. */
export function createWorkflowStarter(options: WorkflowStarterOptions): WorkflowStarter {
  const { log, queue, now = Date.now, onError = () => undefined } = options;
  return {
    start: (request) => startWorkflow(request, options),
    cancel: (workflowId, { by, reason } = {}) =>
      cancelWorkflow(workflowId, { type: 'cancel', by, reason }, { log, queue, now, onError }),
    pause: (workflowId, { by } = {}) =>
      pauseWorkflow(workflowId, { type: 'pause', by }, { log, queue, now, onError }),
    resume: (workflowId, { by } = {}) =>
      resumeWorkflow(workflowId, { type: 'resume', by }, { log, queue, now, onError }),
  };
}

async function startWorkflow(
  request: StartRequest,
  options: WorkflowStarterOptions,
): Promise<StartedWorkflow> {
  const { record, created } = await create(request, options);
  const { workflowId } = record;
  // Also for a repeated start: the first may not have got this far.
  if (record.status === 'queued') await wakeWorker(record, options);
  return { workflowId, created };
}

async function create(
  request: StartRequest,
  { log, newWorkflowId = drawWorkflowId }: WorkflowStarterOptions,
): Promise<Created> {
  for (let draw = 1; ; draw += 1) {
    try {
      return await log.create({ ...request, workflowId: newWorkflowId() });
    } catch (error) {
      if (!isEventLogError(error, 'workflow_exists') || draw === MAX_DRAWS) throw error;
    }
  }
}

/** A workflow counts as started once the log has it. If the queue fails, a sweep finds it. */
async function wakeWorker(
  { workflowId, owner }: WorkflowRecord,
  { queue, onError }: WorkflowStarterOptions,
): Promise<void> {
  try {
    await queue.enqueue(workflowId, { owner });
  } catch (error) {
    onError?.(error, { workflowId });
  }
}
