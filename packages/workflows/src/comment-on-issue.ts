import { defineWorkflow, type WorkflowContext, type WorkflowDefinition } from '@runtape/engine';
import {
  type CommentOnIssueInput,
  commentOnIssueInputSchema,
  type CommentOnIssueResult,
  commentOnIssueResultSchema,
  type IssueTarget,
} from '@runtape/events';
import { count } from './count.ts';
import { type Draft, draftComment, draftSchema } from './draft-comment.ts';
import { fatal } from './failures.ts';
import type { GitHub } from './github/github-client.ts';
import type { Issue, IssueAddress } from './issue/issue.ts';
import type { Model } from './model/model-client.ts';
import { connectParts, type IssueWorkflowOptions, type IssueWorkflowParts } from './parts.ts';
import { demandPost, permittedParts } from './permissions.ts';
import { CommentPosting } from './posting/comment-posting.ts';
import { leaveNote } from './posting/leave-note.ts';
import type { Repository } from './repository/repository.ts';
import { authenticate } from './steps/authenticate.ts';
import { foundAddress } from './steps/found-address.ts';
import { getRepository } from './steps/get-repository.ts';
import { readIssue } from './steps/read-issue.ts';
import { chooseSubject } from './subject/choose-subject.ts';

const MAX_ATTEMPTS = 3;

/**
 * Defines the workflow that reads an issue, looks into its repository and drafts a comment, and posts it if asked to.
 * @returns the definition, named `commentOnIssue`. Its failures have the codes of `failureCodes`.
 */
export function createCommentOnIssue(
  options: IssueWorkflowOptions,
): WorkflowDefinition<CommentOnIssueInput, CommentOnIssueResult> {
  const parts = connectParts(options);
  return defineWorkflow({
    name: 'commentOnIssue',
    input: commentOnIssueInputSchema,
    result: commentOnIssueResultSchema,
    maxAttempts: MAX_ATTEMPTS,
    cleanUp: {
      isNeeded: ({ post }) => post,
      run: async (ctx, { target }) => {
        if (target.kind !== 'github') return;
        const found = { kind: target.kind, ...foundAddress(ctx, target) };
        await leaveNote(ctx, { github: parts.hub, target: found });
      },
    },
    run: (ctx, input) => commentOnIssue(ctx, input, parts),
  });
}

async function commentOnIssue(
  ctx: WorkflowContext,
  { target, post }: CommentOnIssueInput,
  all: IssueWorkflowParts,
): Promise<CommentOnIssueResult> {
  const parts = permittedParts(ctx, all);
  if (post) demandPost(parts.may);
  const asked = chooseSubject(target, parts);
  const place = post ? placeForComment(target, parts.hub) : null;
  const { login } = await authenticate(ctx, asked);
  const issue = await readIssue(ctx, asked);
  await using subject = asked.foundAt(issue.address);
  const address = issue.address ?? place;
  const posting =
    place === null || address === null
      ? null
      : new CommentPosting(ctx, { github: parts.hub, address });
  await posting?.begin({ login, commentCount: issue.commentCount });
  using repository = await getRepository(ctx, subject, parts.repositories);
  const draft = await makeDraft(ctx, { model: parts.model, repository, issue });
  return posting === null ? draft : { ...draft, postedUrl: await posting.finish(draft) };
}

/** Refuses before anything is spent. */
function placeForComment(target: IssueTarget, github: GitHub): IssueAddress {
  if (target.kind !== 'github') {
    throw fatal(
      'post_needs_github_issue',
      'Only a comment on a GitHub issue can be posted. Start again without posting.',
    );
  }
  if (!github.hasToken) {
    throw fatal(
      'post_needs_token',
      'Posting needs a token that may write to issues. Set GITHUB_TOKEN, or start again without posting.',
    );
  }
  return target;
}

async function makeDraft(
  ctx: WorkflowContext,
  request: { model: Model; repository: Repository; issue: Issue },
): Promise<Draft> {
  return ctx.step('draft', draftSchema, async () => {
    await ctx.status('drafting', `Drafting with ${request.model.name}.`);
    const draft = await draftComment(ctx, request);
    const files = new Set(draft.sources.map(({ path }) => path)).size;
    await ctx.status(
      'draft_ready',
      `The draft is ready; the model read ${count(files, 'file')} for it.`,
    );
    return draft;
  });
}
