export type WorkflowStateErrorCode = 'other_incarnation';

/** Thrown when an entry cannot belong to the state: a mistake of the caller. */
export class WorkflowStateError extends Error {
  override readonly name = 'WorkflowStateError';
  readonly code: WorkflowStateErrorCode;
  readonly workflowId: string;

  constructor(
    code: WorkflowStateErrorCode,
    message: string,
    { workflowId }: { workflowId: string },
  ) {
    super(message);
    this.code = code;
    this.workflowId = workflowId;
  }
}
