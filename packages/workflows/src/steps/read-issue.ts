import type { WorkflowContext } from '@runtape/engine';
import { count } from '../count.ts';
import { type Issue, issueSchema } from '../issue/issue.ts';
import type { Subject } from '../subject/subject.ts';

export const READ_ISSUE = 'read-issue';

/** Reads the issue that a workflow is about, and says so. A step. */
export async function readIssue(
  ctx: WorkflowContext,
  subject: Pick<Subject, 'readIssue'>,
): Promise<Issue> {
  return ctx.step(READ_ISSUE, issueSchema, async () => {
    const issue = await subject.readIssue(ctx.signal);
    const { title, url, comments, omitted } = issue;
    if (omitted.characters > 0 || omitted.comments > 0) {
      await ctx.log('warn', 'The issue is too large for the model; a part was left out.', omitted);
    }
    await ctx.status('issue_read', `Read "${title}"${withComments(comments.length)}.`, {
      subject: { title, ...(url !== null && { url }) },
    });
    return issue;
  });
}

function withComments(comments: number): string {
  return comments === 0 ? '' : ` and ${count(comments, 'comment')}`;
}
