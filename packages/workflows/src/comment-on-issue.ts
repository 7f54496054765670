import { defineWorkflow, type WorkflowContext, type WorkflowDefinition } from '@runtape/engine';
import {
  type CommentOnIssueInput,
  commentOnIssueInputSchema,
  type CommentOnIssueResult,
  commentOnIssueResultSchema,
  type IssueTarget,
} from '@runtape/events';
import { z } from 'zod';
import { type Draft, draftComment, draftSchema } from './draft-comment.ts';
import { fatal } from './failures.ts';
import { createGitHub, type GitHub, type GitHubOptions } from './github/github-client.ts';
import { type Issue, issueSchema } from './issue/issue.ts';
import { createModel, type Model, type ModelOptions } from './model/model-client.ts';
import type { Prices } from './model/prices.ts';
import { CommentPosting } from './posting/comment-posting.ts';
import { leaveNote } from './posting/leave-note.ts';
import { AUTHENTICATE, authenticatedSchema, READ_ISSUE } from './reading-steps.ts';
import { openRepository, type Repository } from './repository/repository.ts';
import { RepositoryCache } from './repository/repository-cache.ts';
import type { UnpackLimits } from './repository/entry-guard.ts';
import { UNPACK_LIMITS } from './repository/unpack-tarball.ts';
import type { Sample } from './samples.ts';
import { chooseSubject } from './subject/choose-subject.ts';
import type { Subject } from './subject/subject.ts';

const MAX_ATTEMPTS = 3;
const MAX_CACHED_REPOSITORIES = 20;

export interface CommentOnIssueOptions {
  readonly openai: ModelOptions;
  readonly github: GitHubOptions;
  readonly samples: readonly Sample[];
  /** The folder with the code that the samples are about. */
  readonly repositoryRoot: string;
  /** Where repositories are unpacked; made when it is not there, and shared with other processes. */
  readonly cacheDir: string;
  /** Whether a `local` target may name any folder of this machine. */
  readonly allowLocal: boolean;
  /** Prices of models, before the built-in ones. */
  readonly prices?: Prices | undefined;
  /** Bounds for repositories from GitHub. Default: 256 MB packed, 1 GB and 100,000 entries unpacked, files up to 5 MB. */
  readonly limits?: Partial<UnpackLimits> | undefined;
  /** In ms since 1970. Default: the system's clock. */
  readonly now?: (() => number) | undefined;
}

interface Parts extends CommentOnIssueOptions {
  readonly hub: GitHub;
  readonly model: Model;
  readonly cache: RepositoryCache;
}

/**
 * Defines the workflow that reads an issue, looks into its repository and drafts a comment, and posts it if asked to.
 * @returns the definition, named `commentOnIssue`. Its failures have the codes of `failureCodes`.
 */
export function createCommentOnIssue(
  options: CommentOnIssueOptions,
): WorkflowDefinition<CommentOnIssueInput, CommentOnIssueResult> {
  const now = options.now ?? Date.now;
  const parts: Parts = {
    ...options,
    hub: createGitHub(options.github, now),
    model: createModel(options.openai, options.prices ?? {}, now),
    cache: new RepositoryCache({
      folder: options.cacheDir,
      limits: { ...UNPACK_LIMITS, ...options.limits },
      maxRepositories: MAX_CACHED_REPOSITORIES,
      now,
    }),
  };
  return defineWorkflow({
    name: 'commentOnIssue',
    input: commentOnIssueInputSchema,
    result: commentOnIssueResultSchema,
    maxAttempts: MAX_ATTEMPTS,
    cleanUp: {
      isNeeded: ({ post }) => post,
      run: (ctx, { target }) => leaveNote(ctx, { github: parts.hub, target }),
    },
    run: (ctx, input) => commentOnIssue(ctx, input, parts),
  });
}

async function commentOnIssue(
  ctx: WorkflowContext,
  { target, post }: CommentOnIssueInput,
  parts: Parts,
): Promise<CommentOnIssueResult> {
  const subject = chooseSubject(target, parts);
  const posting = post ? postingFor(ctx, target, parts.hub) : null;
  const { login } = await authenticate(ctx, subject);
  const issue = await readIssue(ctx, subject);
  await posting?.begin({ login, commentCount: issue.commentCount });
  const repository = await getRepository(ctx, subject);
  const draft = await makeDraft(ctx, { model: parts.model, repository, issue });
  const { isCutOff: _, ...result } = draft;
  return posting === null ? result : { ...result, postedUrl: await posting.finish(draft) };
}

/** Refuses before anything is spent. */
function postingFor(ctx: WorkflowContext, target: IssueTarget, github: GitHub): CommentPosting {
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
  return new CommentPosting(ctx, { github, address: target });
}

async function authenticate(
  ctx: WorkflowContext,
  subject: Subject,
): Promise<{ login: string | null }> {
  return ctx.step(AUTHENTICATE, authenticatedSchema, async () => {
    const { login, message } = await subject.authenticate(ctx.signal);
    await ctx.status('authenticated', message);
    return { login };
  });
}

async function readIssue(ctx: WorkflowContext, subject: Subject): Promise<Issue> {
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

async function getRepository(ctx: WorkflowContext, subject: Subject): Promise<Repository> {
  let opened: Repository | undefined;
  const kept = z.object({ commit: z.string().nullable() });
  const { commit } = await ctx.step('get-repository', kept, async () => {
    const settled = await subject.resolveCommit(ctx.signal);
    const { root, leftOut } = await subject.openFolder(settled, ctx.signal);
    opened = await openRepository(root, ctx.signal);
    if (leftOut > 0) {
      await ctx.log('info', 'Links and very large files of the repository were left out.', {
        count: leftOut,
      });
    }
    const at = settled === null ? '' : ` at ${settled.slice(0, 7)}`;
    const atLeast = opened.isPartial ? 'at least ' : '';
    await ctx.status(
      'repository_ready',
      `The repository${at} is ready: ${atLeast}${count(opened.paths.length, 'file')}.`,
    );
    return { commit: settled };
  });
  if (opened !== undefined) return opened;
  const { root } = await subject.openFolder(commit, ctx.signal);
  return openRepository(root, ctx.signal);
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

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function withComments(comments: number): string {
  return comments === 0 ? '' : ` and ${count(comments, 'comment')}`;
}
