import {
  askRepositoryInputSchema,
  commentOnIssueInputSchema,
  reviewIssueInputSchema,
} from '@runtape/events';
import type { Start } from '../home/draft.ts';
import { kindOf } from '../home/kinds.ts';

/**
 * What starts a workflow once more.
 * @returns `null` for one of a kind that this page does not start, or whose input it does not understand.
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
