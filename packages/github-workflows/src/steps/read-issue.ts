import type { WorkflowContext, CleanUpContext } from '@runtape/engine';
import { type Issue, type IssueAddress, issueSchema } from '../issue/issue.ts';
import type { ResolvedTarget } from '../target/resolved-target.ts';
import { count } from '../text/count.ts';

export const READ_ISSUE = 'read-issue';

/** Reads the issue of a workflow and reports it, in a step. */
export async function readIssue(
  ctx: WorkflowContext,
  target: Pick<ResolvedTarget, 'readIssue' | 'address'>,
): Promise<Issue> {
  return ctx.step(READ_ISSUE, issueSchema, async () => {
    const issue = await target.readIssue(ctx.signal);
    const { title, url, comments, omitted, address, pullRequest } = issue;
    await logMove(ctx, target.address, address);
    if (omitted.characters > 0 || omitted.comments > 0) {
      await ctx.log('warn', 'The issue is too large for the model; a part was left out.', omitted);
    }
    if (pullRequest !== null && !pullRequest.isWhole) {
      const message =
        pullRequest.diff === null
          ? 'What the pull request changes could not be read; the model sees its text only.'
          : 'The changes of the pull request are too large for the model; a part was left out.';
      await ctx.log('warn', message);
    }
    const what = pullRequest === null ? '' : 'the pull request ';
    await ctx.status('issue_read', `Read ${what}"${title}"${withComments(comments.length)}.`, {
      subject: { title, ...(url !== null && { url }) },
    });
    return issue;
  });
}

function withComments(comments: number): string {
  return comments === 0 ? '' : ` and ${count(comments, 'comment')}`;
}

/** GitHub redirects from an issue's old location, and from the old name of a repository. */
async function logMove(
  ctx: WorkflowContext,
  requested: IssueAddress | null,
  found: IssueAddress | null,
): Promise<void> {
  if (requested === null || found === null) return;
  const [from, to] = [formatAddress(requested), formatAddress(found)];
  if (from.toLowerCase() === to.toLowerCase()) return;
  await ctx.log('info', `${from} has moved: it is ${to} now, and so is the code that is read.`, {
    from,
    to,
  });
}

function formatAddress({ owner, repo, issueNumber }: IssueAddress): string {
  return `${owner}/${repo}#${issueNumber}`;
}

/** Where the issue was found, for a clean-up: a moved issue is cleaned up at its new address. */
export function foundAddress(ctx: CleanUpContext, requested: IssueAddress): IssueAddress {
  return ctx.kept(READ_ISSUE, issueSchema)?.address ?? requested;
}
