import {
  type PostCommentInput,
  postCommentInputSchema,
  type PostCommentResult,
  postCommentResultSchema,
  postCommentContract,
} from '../contract/index.ts';
import {
  defineWorkflow,
  type NoEvents,
  type WorkflowContext,
  type WorkflowDefinition,
  type CleanUpContext,
} from '@runtape/engine';
import {
  connectDependencies,
  type IssueWorkflowOptions,
  type IssueWorkflowDependencies,
} from '../dependencies.ts';
import { fatal } from '../failures.ts';
import { requirePostPermission, permittedDependencies } from '../permissions.ts';
import { authenticate } from '../steps/authenticate.ts';
import { foundAddress, readIssue } from '../steps/read-issue.ts';
import { resolveTarget } from '../target/resolve-target.ts';
import { personCommentText } from './comment-text.ts';
import { findOwnComment, type OwnComment, postOnce } from './post-once.ts';
import { postedCommentSchema } from './github-comments.ts';

/** The step that posts. */
const POST = 'post';

/**
 * Defines the workflow that posts a person's comment exactly once, even if workers die.
 * @returns the definition `postComment`. Its failures have the codes of `failureCodes`.
 */
export function createPostComment(
  options: IssueWorkflowOptions,
): WorkflowDefinition<
  'postComment',
  typeof postCommentInputSchema,
  typeof postCommentResultSchema,
  NoEvents
> {
  const dependencies = connectDependencies(options);
  return defineWorkflow({
    ...postCommentContract,
    cleanUp: {
      isNeeded: () => dependencies.github.hasToken,
      run: (ctx, { target }) =>
        warnAboutPosted(ctx, {
          github: dependencies.github,
          address: foundAddress(ctx, target),
          postedIn: POST,
        }),
    },
    run: (ctx, input) => postComment(ctx, input, dependencies),
  });
}

async function postComment(
  ctx: WorkflowContext,
  { target, body }: PostCommentInput,
  all: IssueWorkflowDependencies,
): Promise<PostCommentResult> {
  const dependencies = permittedDependencies(ctx, all);
  requirePostPermission(dependencies.may);
  const { github } = dependencies;
  if (!github.hasToken) {
    throw fatal(
      'post_needs_token',
      'Posting needs a token that may write to issues. Set GITHUB_TOKEN where workflows run, and post again.',
    );
  }
  const source = resolveTarget(target, dependencies);
  const { login } = await authenticate(ctx, source);
  const { commentCount, address } = await readIssue(ctx, source);
  const { url } = await ctx.step(POST, postedCommentSchema, async () => {
    await ctx.emit('token', { part: 'draft', content: body, isComplete: true });
    await ctx.status('posting', 'Posting the comment to GitHub.');
    const { workflowId, attempt, signal } = ctx;
    const posted = await postOnce(github, {
      workflowId,
      attempt,
      address: address ?? target,
      login,
      commentCount,
      body: personCommentText(workflowId, body),
      signal,
    });
    await ctx.status('posted', 'Posted the comment to GitHub.');
    return posted;
  });
  return { postedUrl: url };
}

/**
 * Logs the URL of the comment if it was posted although the workflow did not complete: it was
 * cancelled during the request, or the response was lost. A person wrote the comment, so it stays.
 * @throws as every request to GitHub.
 */
async function warnAboutPosted(ctx: CleanUpContext, own: OwnComment): Promise<void> {
  const posted = await findOwnComment(ctx, own);
  if (posted === null) return;
  const message = `The comment was posted nevertheless: ${posted.url} Delete it there if you do not want to keep it.`;
  await ctx.log('warn', message);
}
