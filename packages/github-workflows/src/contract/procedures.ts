import type { ProceduresByName } from '@runtape/contract/procedures';

/** The procedures of the plugin, as `procedures` of `@runtape/contract`. */
export const githubProcedures = {
  /** Starts a workflow that drafts a comment on an issue. */
  startComment: { kind: 'mutation', path: 'startComment' },
  /** Starts a workflow that answers a question about a repository. */
  startQuestion: { kind: 'mutation', path: 'startQuestion' },
  /** Starts a workflow in which agents review an issue. */
  startReview: { kind: 'mutation', path: 'startReview' },
  /**
   * Starts a workflow that posts a comment, as edited by the user, on the GitHub issue that
   * `workflowId` drafted it for.
   */
  postComment: { kind: 'mutation', path: 'postComment' },
  features: { kind: 'query', path: 'features' },
  samples: { kind: 'query', path: 'samples' },
} as const satisfies ProceduresByName;
