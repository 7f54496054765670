import { z } from 'zod';
import type { WorkflowEvent } from './event.ts';

export const workflowStatusSchema = z.enum([
  'queued',
  'running',
  'paused',
  'retrying',
  'completed',
  'failed',
  'cancelled',
]);

/** Where a workflow stands. */
export type WorkflowStatus = z.infer<typeof workflowStatusSchema>;

/** The status an event puts its workflow into, or `null` when it leaves it where it is. */
export function statusAfter(event: WorkflowEvent): WorkflowStatus | null {
  switch (event.type) {
    case 'workflow:started':
    case 'workflow:running':
      return 'running';
    case 'workflow:resumed':
      // It waits for a worker.
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

/** Tells whether a workflow with this status has ended for good. */
export function hasEnded(status: WorkflowStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
