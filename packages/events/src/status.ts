import type { WorkflowEvent } from './event.ts';

export const WORKFLOW_STATUSES = [
  'queued',
  'running',
  'paused',
  'retrying',
  'completed',
  'failed',
  'cancelled',
] as const;

export type WorkflowStatus = (typeof WORKFLOW_STATUSES)[number];

/** Returns the status of a workflow after an event, or `null` if the event does not change it. */
export function statusAfter(event: WorkflowEvent): WorkflowStatus | null {
  switch (event.type) {
    case 'workflow:started':
    case 'workflow:running':
      return 'running';
    case 'workflow:resumed':
      // A resumed workflow waits for a worker.
      return 'queued';
    case 'workflow:paused':
      return 'paused';
    case 'workflow:retrying':
      return 'retrying';
    case 'workflow:completed':
      return 'completed';
    case 'workflow:failed':
      return 'failed';
    case 'workflow:cancelled':
      return 'cancelled';
    default:
      return null;
  }
}

/** Returns whether a workflow with this status has ended permanently. */
export function hasEnded(status: WorkflowStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
