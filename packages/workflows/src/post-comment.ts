import { defineWorkflow, type WorkflowContext, type WorkflowDefinition } from '@runtape/engine';
import {
  type PostCommentInput,
  postCommentInputSchema,
  type PostCommentResult,
  postCommentResultSchema,
} from '@runtape/events';
import { fatal } from './failures.ts';
import { connectParts, type IssueWorkflowOptions, type IssueWorkflowParts } from './parts.ts';
import { demandPost, permittedParts } from './permissions.ts';
import { personsText } from './posting/comment-text.ts';
import { postedCommentSchema } from './posting/github-comments.ts';
import { postOnce } from './posting/post-once.ts';
import { tellPosted } from './posting/tell-posted.ts';
import { authenticate } from './steps/authenticate.ts';
import { foundAddress } from './steps/found-address.ts';
import { readIssue } from './steps/read-issue.ts';
import { chooseSubject } from './subject/choose-subject.ts';

const MAX_ATTEMPTS = 3;
/** The step that posts. */
const POST = 'post';

/**
 * Defines the workflow that posts a comment on an issue, as a person has written it: once, also when workers die on the way.
 * @returns the definition, named `postComment`. Its failures have the codes of `failureCodes`.
 */
export function createPostComment(
  options: IssueWorkflowOptions,
): WorkflowDefinition<PostCommentInput, PostCommentResult> {
  const parts = connectParts(options);
  return defineWorkflow({
    name: 'postComment',
    input: postCommentInputSchema,
    result: postCommentResultSchema,
    maxAttempts: MAX_ATTEMPTS,
    cleanUp: {
      isNeeded: () => parts.hub.hasToken,
      run: (ctx, { target }) =>
        tellPosted(ctx, {
          github: parts.hub,
          address: foundAddress(ctx, target),
          postedIn: POST,
        }),
    },
    run: (ctx, input) => postComment(ctx, input, parts),
  });
}

async function postComment(
  ctx: WorkflowContext,
  { target, body }: PostCommentInput,
  all: IssueWorkflowParts,
): Promise<PostCommentResult> {
  const parts = permittedParts(ctx, all);
  demandPost(parts.may);
  const { hub } = parts;
  if (!hub.hasToken) {
    throw fatal(
      'post_needs_token',
      'Posting needs a token that may write to issues. Set GITHUB_TOKEN where workflows run, and post again.',
    );
  }
  const subject = chooseSubject(target, parts);
  const { login } = await authenticate(ctx, subject);
  const { commentCount, address } = await readIssue(ctx, subject);
  const { url } = await ctx.step(POST, postedCommentSchema, async () => {
    await ctx.emit({ type: 'token', data: { part: 'draft', content: body, isComplete: true } });
    await ctx.status('posting', 'Posting the comment to GitHub.');
    const { workflowId, attempt, signal } = ctx;
    const posted = await postOnce(hub, {
      workflowId,
      attempt,
      address: address ?? target,
      login,
      commentCount,
      body: personsText(workflowId, body),
      signal,
    });
    await ctx.status('posted', 'Posted the comment to GitHub.');
    return posted;
  });
  return { postedUrl: url };
}
