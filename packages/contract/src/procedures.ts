/**
 * Kind and tRPC path of every procedure, by the name of its operation. Apart from the schemas, so
 * that a client in a browser loads nothing else.
 */
export const procedures = {
  startComment: { kind: 'mutation', path: 'startComment' },
  startQuestion: { kind: 'mutation', path: 'startQuestion' },
  startReview: { kind: 'mutation', path: 'startReview' },
  postComment: { kind: 'mutation', path: 'postComment' },
  cancelWorkflow: { kind: 'mutation', path: 'cancelWorkflow' },
  pauseWorkflow: { kind: 'mutation', path: 'pauseWorkflow' },
  resumeWorkflow: { kind: 'mutation', path: 'resumeWorkflow' },
  shareWorkflow: { kind: 'mutation', path: 'shareWorkflow' },
  features: { kind: 'query', path: 'features' },
  samples: { kind: 'query', path: 'samples' },
  statistics: { kind: 'query', path: 'statistics' },
  getWorkflow: { kind: 'query', path: 'workflow.get' },
  workflowInfo: { kind: 'query', path: 'workflow.info' },
  workflowInput: { kind: 'query', path: 'workflow.input' },
  listWorkflows: { kind: 'query', path: 'workflow.list' },
  workflowEvents: { kind: 'query', path: 'workflow.events' },
  workflowPast: { kind: 'query', path: 'workflow.past' },
  workflowTape: { kind: 'query', path: 'workflow.tape' },
  threadEvents: { kind: 'query', path: 'thread.events' },
  onWorkflowEvents: { kind: 'subscription', path: 'onWorkflowEvents' },
  onThreadEvents: { kind: 'subscription', path: 'onThreadEvents' },
} as const;

export type Procedures = typeof procedures;

/** The name of an operation that is a procedure. */
export type ProcedureName = keyof Procedures;
