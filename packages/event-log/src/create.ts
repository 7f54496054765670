import type { WorkflowId, WorkflowSummary } from '@runtape/events';
import { canonicalJson, type JsonValue } from './json.ts';
import type { WorkflowRecord } from './read.ts';

export interface NewWorkflow {
  readonly workflowId: WorkflowId;
  readonly workflow: string;
  readonly input: JsonValue;
  readonly summary: WorkflowSummary;
  readonly threadId?: string | undefined;
  /** Who starts it. Default: nobody known. */
  readonly owner?: string | undefined;
  /** Whether they see the workflows of everybody. Default: false. */
  readonly ownerSeesAll?: boolean | undefined;
  /**
   * Whether it may only join a thread that its owner began: the owner of a thread is that of its
   * first workflow. Of several that begin one at the same moment one is first. Default: it joins
   * any.
   */
  readonly onlyOwnThread?: boolean | undefined;
  /** Starting twice with one key gives one workflow. Already scoped to its user by the caller. */
  readonly idempotencyKey?: string | undefined;
}

export interface Created {
  readonly record: WorkflowRecord;
  /** False when a workflow with this idempotency key was there already; `record` is that one. */
  readonly created: boolean;
}

/** Starts workflows. */
export interface CreateOperations {
  /**
   * Creates a workflow with an empty log, status `queued`, and a fresh incarnation.
   * @throws `idempotency_conflict` when the key was used with another definition or input;
   *   `workflow_exists` when the id is taken without that key; `thread_taken` when it may only join
   *   a thread of its owner, and somebody else began this one.
   */
  create(workflow: NewWorkflow): Promise<Created>;
}

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

/**
 * Tells whether a start asks for what a workflow was started with: the same definition and an equal
 * input.
 */
export function isSameStart(
  earlier: Pick<NewWorkflow, 'workflow' | 'input'>,
  { workflow, input }: NewWorkflow,
): boolean {
  return earlier.workflow === workflow && canonicalJson(earlier.input) === canonicalJson(input);
}
