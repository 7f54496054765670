import {
  askRepositoryInputSchema,
  commentOnIssueInputSchema,
  reviewIssueInputSchema,
} from '@runtape/github-workflows/contract';
import type { Start } from '../home/draft.ts';
import { findKind } from '../home/kinds.ts';

/**
 * Returns the input to start a workflow again.
 * @returns `null` for a kind that this page does not start, or input that it cannot read.
 */
export function toStart(workflow: {
  readonly workflow: string;
  readonly input: unknown;
}): Start | null {
  const kind = findKind(workflow.workflow);
  switch (kind) {
    case 'comment': {
      const { data } = commentOnIssueInputSchema.safeParse(workflow.input);
      return data === undefined ? null : { kind, input: data };
    }
    case 'review': {
      const { data } = reviewIssueInputSchema.safeParse(workflow.input);
      return data === undefined ? null : { kind, input: data };
    }
    case 'ask': {
      const { data } = askRepositoryInputSchema.safeParse(workflow.input);
      return data === undefined ? null : { kind, input: data };
    }
    case null:
      return null;
  }
}
