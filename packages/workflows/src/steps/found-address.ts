import type { CleanUpContext } from '@runtape/engine';
import { type IssueAddress, issueSchema } from '../issue/issue.ts';
import { READ_ISSUE } from './read-issue.ts';

/** Where the issue of a workflow was found, for a clean-up: nothing is left at the place that it was moved from. */
export function foundAddress(ctx: CleanUpContext, asked: IssueAddress): IssueAddress {
  return ctx.kept(READ_ISSUE, issueSchema)?.address ?? asked;
}
