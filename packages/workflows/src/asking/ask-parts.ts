import type { IssueWorkflowParts } from '../parts.ts';
import type { IndexLimits } from '../retrieval/build-index.ts';
import type { IndexCache } from '../retrieval/index-cache.ts';

/** What the stages share. */
export interface AskParts extends IssueWorkflowParts {
  readonly indexes: IndexCache;
  readonly indexLimits: IndexLimits;
  readonly now: () => number;
}
