import type { WorkflowId, WorkflowSummary } from '@runtape/events';
import { canonicalJson, type JsonValue } from '../json.ts';
import type { WorkflowRecord } from './read.ts';

export interface NewWorkflow {
  readonly workflowId: WorkflowId;
  readonly workflow: string;
  readonly input: JsonValue;
  readonly summary: WorkflowSummary;
  readonly threadId?: string | undefined;
  /** Who starts it. Default: unknown. */
  readonly owner?: string | undefined;
  /** Whether the owner can see the workflows of all users. Default: false. */
  readonly ownerSeesAll?: boolean | undefined;
  /**
   * Whether it may only join a thread of the same owner: the owner of a thread is that of its first
   * workflow. If several workflows begin a thread concurrently, one of them is the first. Default:
   * it joins any.
   */
  readonly onlyOwnThread?: boolean | undefined;
  /** Starting twice with one key gives one workflow. The caller must scope the key to its user. */
  readonly idempotencyKey?: string | undefined;
}

export interface Created {
  readonly record: WorkflowRecord;
  /** False when a workflow with this idempotency key already existed; `record` is that one. */
  readonly created: boolean;
}

export interface CreateOperations {
  /**
   * Creates a workflow with an empty log, status `queued`, and a fresh incarnation.
   * @throws `idempotency_conflict` when the key was used with another definition or input;
   *   `workflow_exists` when the id is taken without that key; `thread_taken` when it may only join
   *   a thread of its owner, and another owner began this one.
   */
  create(workflow: NewWorkflow): Promise<Created>;
}

/** The record of a newly created workflow. */
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

/** Whether a start matches an earlier one: the same definition and an equal input. */
export function isSameStart(
  earlier: Pick<NewWorkflow, 'workflow' | 'input'>,
  { workflow, input }: NewWorkflow,
): boolean {
  return earlier.workflow === workflow && canonicalJson(earlier.input) === canonicalJson(input);
}
