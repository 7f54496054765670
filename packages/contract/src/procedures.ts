/** The kind and tRPC path of a procedure, such as `workflow.get`. */
export interface ProcedureInfo {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly path: string;
}

/** Procedures by the name of their operation. */
export type ProceduresByName = Readonly<Record<string, ProcedureInfo>>;

/**
 * The kind and tRPC path of every procedure, by the name of its operation. In a separate file, so
 * that a client in a browser does not load the schemas. The docstrings document the client's
 * methods.
 */
export const procedures = {
  /** Starts a workflow by the name of its definition. */
  start: { kind: 'mutation', path: 'start' },
  /** Cancels a workflow. Has no effect when repeated, or after the workflow has ended. */
  cancelWorkflow: { kind: 'mutation', path: 'cancelWorkflow' },
  /**
   * Pauses a workflow: no worker runs it until it is resumed. Has no effect when repeated, or
   * after the workflow has ended.
   */
  pauseWorkflow: { kind: 'mutation', path: 'pauseWorkflow' },
  /**
   * Lets a paused workflow continue after its last completed step. Has no effect if it is not
   * paused.
   */
  resumeWorkflow: { kind: 'mutation', path: 'resumeWorkflow' },
  /** Makes a token with which anyone may watch a workflow. */
  shareWorkflow: { kind: 'mutation', path: 'shareWorkflow' },
  /** Lists the workflow definitions that can be started, with the JSON Schema of their input. */
  definitions: { kind: 'query', path: 'definitions' },
  statistics: { kind: 'query', path: 'statistics' },
  getWorkflow: { kind: 'query', path: 'workflow.get' },
  workflowInfo: { kind: 'query', path: 'workflow.info' },
  workflowInput: { kind: 'query', path: 'workflow.input' },
  /** Lists workflows, newest first. */
  listWorkflows: { kind: 'query', path: 'workflow.list' },
  workflowEvents: { kind: 'query', path: 'workflow.events' },
  workflowPast: { kind: 'query', path: 'workflow.past' },
  workflowTape: { kind: 'query', path: 'workflow.tape' },
  threadEvents: { kind: 'query', path: 'thread.events' },
  onWorkflowEvents: { kind: 'subscription', path: 'onWorkflowEvents' },
  onThreadEvents: { kind: 'subscription', path: 'onThreadEvents' },
} as const satisfies ProceduresByName;

export type Procedures = typeof procedures;

/** The name of an operation that is a procedure. */
export type ProcedureName = keyof Procedures;
