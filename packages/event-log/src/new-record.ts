import { canonicalJson } from './canonical-json.ts';
import type { NewWorkflow, WorkflowRecord } from './event-log.ts';

/** The record of a workflow that was created just now. */
export function newRecord(
  workflow: NewWorkflow,
  { incarnation, now }: { incarnation: string; now: number },
): WorkflowRecord {
  return {
    workflowId: workflow.workflowId,
    workflow: workflow.workflow,
    incarnation,
    threadId: workflow.threadId ?? null,
    owner: workflow.owner ?? null,
    ownerSeesAll: workflow.ownerSeesAll ?? false,
    status: 'queued',
    summary: workflow.summary,
    attempt: 0,
    leaseUntil: null,
    first: 1,
    tail: 0,
    createdAt: now,
    endedAt: null,
  };
}

/** Tells whether a start asks for what a workflow was started with: the same definition and an equal input. */
export function isSameStart(
  earlier: Pick<NewWorkflow, 'workflow' | 'input'>,
  { workflow, input }: NewWorkflow,
): boolean {
  return earlier.workflow === workflow && canonicalJson(earlier.input) === canonicalJson(input);
}
