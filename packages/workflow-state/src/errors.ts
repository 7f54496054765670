export type WorkflowStateErrorCode =
  | 'other_incarnation'
  // These are reported, not thrown.
  | 'reducer_failed'
  | 'state_too_large';

/**
 * Thrown, or reported, when an entry or a reducer does not fit the state: a mistake of the caller.
 */
export class WorkflowStateError extends Error {
  override readonly name = 'WorkflowStateError';
  readonly code: WorkflowStateErrorCode;
  /** The workflow whose entry it was; `undefined` for a reducer. */
  readonly workflowId: string | undefined;
  /** The name of the definition whose reducer it was. */
  readonly workflow: string | undefined;

  constructor(
    code: WorkflowStateErrorCode,
    message: string,
    options: { workflowId?: string; workflow?: string; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.workflowId = options.workflowId;
    this.workflow = options.workflow;
  }
}
