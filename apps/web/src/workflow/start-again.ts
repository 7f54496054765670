import {
  askRepositoryInputSchema,
  commentOnIssueInputSchema,
  reviewIssueInputSchema,
} from '@runtape/events';
import type { Start } from '../home/draft.ts';
import { kindOf } from '../home/kinds.ts';

/**
 * The input to start a workflow again.
 * @returns `null` for a kind that this page does not start, or input that it does not understand.
 */
export function startAgain(asked: {
  readonly workflow: string;
  readonly input: unknown;
}): Start | null {
  const kind = kindOf(asked.workflow);
  switch (kind) {
    case 'comment': {
      const { data } = commentOnIssueInputSchema.safeParse(asked.input);
      return data === undefined ? null : { kind, input: data };
    }
    case 'review': {
      const { data } = reviewIssueInputSchema.safeParse(asked.input);
      return data === undefined ? null : { kind, input: data };
    }
    case 'ask': {
      const { data } = askRepositoryInputSchema.safeParse(asked.input);
      return data === undefined ? null : { kind, input: data };
    }
    case null:
      return null;
  }
}
