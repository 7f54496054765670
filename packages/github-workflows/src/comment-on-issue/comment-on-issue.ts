import {
  type CommentOnIssueInput,
  commentOnIssueInputSchema,
  type CommentOnIssueResult,
  commentOnIssueResultSchema,
  type IssueTarget,
  commentOnIssueContract,
} from '../contract/index.ts';
import {
  defineWorkflow,
  type NoEvents,
  type WorkflowContext,
  type WorkflowDefinition,
} from '@runtape/engine';
import { count } from '../text/count.ts';
import { type Draft, draftComment, draftSchema } from './draft-comment.ts';
import { fatal } from '../failures.ts';
import type { GitHub } from '../github/github-client.ts';
import type { Issue, IssueAddress } from '../issue/issue.ts';
import type { Model } from '../model/model-client.ts';
import {
  connectDependencies,
  type IssueWorkflowOptions,
  type IssueWorkflowDependencies,
} from '../dependencies.ts';
import { requirePostPermission, permittedDependencies } from '../permissions.ts';
import { CommentPosting } from '../posting/comment-posting.ts';
import { replacePlaceholder } from '../posting/replace-placeholder.ts';
import type { Repository } from '../repository/repository.ts';
import { authenticate } from '../steps/authenticate.ts';
import { foundAddress, readIssue } from '../steps/read-issue.ts';
import { openTargetRepository } from '../steps/open-repository.ts';
import { resolveTarget } from '../target/resolve-target.ts';

/**
 * Defines the workflow that reads an issue and its repository, drafts a comment, and posts it if
 * asked to.
 * @returns the definition `commentOnIssue`. Its failures have the codes of `failureCodes`.
 */
export function createCommentOnIssue(
  options: IssueWorkflowOptions,
): WorkflowDefinition<
  'commentOnIssue',
  typeof commentOnIssueInputSchema,
  typeof commentOnIssueResultSchema,
  NoEvents
> {
  const dependencies = connectDependencies(options);
  return defineWorkflow({
    ...commentOnIssueContract,
    cleanUp: {
      isNeeded: ({ post }) => post,
      run: async (ctx, { target }) => {
        if (target.kind !== 'github') return;
        await replacePlaceholder(ctx, dependencies.github, foundAddress(ctx, target));
      },
    },
    run: (ctx, input) => commentOnIssue(ctx, input, dependencies),
  });
}

async function commentOnIssue(
  ctx: WorkflowContext,
  input: CommentOnIssueInput,
  all: IssueWorkflowDependencies,
): Promise<CommentOnIssueResult> {
  const dependencies = permittedDependencies(ctx, all);
  if (input.post) requirePostPermission(dependencies.may);
  const target = resolveTarget(input.target, dependencies);
  const asked = input.post ? commentAddress(input.target, dependencies.github) : null;
  const { login } = await authenticate(ctx, target);
  const issue = await readIssue(ctx, target);
  await using found = target.atAddress(issue.address);
  const address = issue.address ?? asked;
  const posting =
    asked === null || address === null
      ? null
      : new CommentPosting(ctx, { github: dependencies.github, address });
  await posting?.begin({ login, commentCount: issue.commentCount });
  const opened = await openTargetRepository(ctx, {
    step: 'get-repository',
    source: found,
    repositories: dependencies.repositories,
  });
  using repository = opened.repository;
  const draft = await makeDraft(ctx, { model: dependencies.model, repository, issue });
  return posting === null ? draft : { ...draft, postedUrl: await posting.finish(draft) };
}

/** Rejects the target before any cost arises. */
function commentAddress(target: IssueTarget, github: GitHub): IssueAddress {
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
