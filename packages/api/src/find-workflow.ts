import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import { isWorkflowId } from '@runtape/events';
import { z } from 'zod';
import { ApiError, NO_SUCH_WORKFLOW } from './errors.ts';

const MAX_ID_LENGTH = 200;

/** Any short text: one that is no workflow id names no workflow, and gets the same answer as one that does not exist. */
export const workflowIdInputSchema = z.string().max(MAX_ID_LENGTH);

/** @throws ApiError `unknown_workflow`, also for a text that is no workflow id. */
export async function findWorkflow(log: EventLog, workflowId: string): Promise<WorkflowRecord> {
  const record = isWorkflowId(workflowId) ? await log.get(workflowId) : null;
  if (record === null) throw new ApiError('unknown_workflow', NO_SUCH_WORKFLOW);
  return record;
}
