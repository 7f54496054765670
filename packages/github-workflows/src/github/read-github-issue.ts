import { FatalError } from '@runtape/engine';
import { z } from 'zod';
import { fatal } from '../failures.ts';
import {
  boundIssue,
  hasEnoughComments,
  type Issue,
  type IssueAddress,
  issueAddressSchema,
} from '../issue/issue.ts';
import { requestGitHub } from './request-github.ts';
import { readDiff } from './read-diff.ts';
import type { GitHub } from './github-client.ts';

/** Small enough to parse quickly, however long the comments are. */
const PAGE = 50;
const MAX_PAGES = 4;

const userSchema = z.object({ login: z.string() }).nullish();
const issueSchema = z.object({
  title: z.string(),
  body: z.string().nullish(),
  user: userSchema,
  html_url: z.url(),
  comments: z.int().nonnegative(),
  /** Only pull requests have it. */
  pull_request: z.unknown().optional(),
});
const commentsSchema = z.array(z.object({ body: z.string().nullish(), user: userSchema }));

/**
 * Reads an issue and its newest comments, wherever it was moved, and the diff of a pull request.
 * @throws FatalError `issue_not_found`, `issue_deleted`, `repository_not_found`, and as every
 *    request to GitHub.
 */
export async function readGithubIssue(
  github: GitHub,
  address: IssueAddress,
  signal: AbortSignal,
): Promise<Issue> {
  const issue = await readText(github, address, signal);
  const found = addressIn(issue.html_url) ?? address;
  const comments = await readNewestComments(github, found, issue.comments, signal);
  return boundIssue({
    title: issue.title,
    body: issue.body ?? '',
    author: issue.user?.login ?? null,
    url: issue.html_url,
    comments,
    commentCount: issue.comments,
    address: found,
    ...(issue.pull_request != null && { pullRequest: await readDiff(github, found, signal) }),
  });
}

/** Parses the URL of an issue's page; `null` if it has another form. */
function addressIn(pageUrl: string): IssueAddress | null {
  const [, owner, repo, kind, issueNumber] = new URL(pageUrl).pathname.split('/');
  const isIssue = kind === 'issues' || kind === 'pull';
  const parsed = issueAddressSchema.safeParse({ owner, repo, issueNumber: Number(issueNumber) });
  return isIssue && parsed.success ? parsed.data : null;
}

/** Returns comments oldest first; pages are read from the newest back, until there are enough. */
async function readNewestComments(
  github: GitHub,
  address: IssueAddress,
  count: number,
  signal: AbortSignal,
): Promise<{ author: string; body: string }[]> {
  const lastPage = Math.ceil(count / PAGE);
  const firstPage = Math.max(1, lastPage - MAX_PAGES + 1);
  const comments: { author: string; body: string }[] = [];
  for (let page = lastPage; page >= firstPage && !hasEnoughComments(comments); page -= 1) {
    const read = await readCommentPage(github, address, page, signal);
    comments.unshift(
      ...read.map(({ body, user }) => ({ author: user?.login ?? 'ghost', body: body ?? '' })),
    );
  }
  return comments;
}

async function readText(
  github: GitHub,
  address: IssueAddress,
  signal: AbortSignal,
): Promise<z.infer<typeof issueSchema>> {
  const { owner, repo, issueNumber } = address;
  const about = `the issue ${owner}/${repo}#${issueNumber}`;
  try {
    return await requestGitHub(github, {
      about,
      signal,
      answer: issueSchema,
      send: (request) =>
        github.octokit.rest.issues.get({ owner, repo, issue_number: issueNumber, request }),
      refusals: {
        404: () =>
          fatal(
            'issue_not_found',
            `There is no issue #${issueNumber} in ${owner}/${repo}. Check the number.`,
          ),
        410: () =>
          fatal(
            'issue_deleted',
            `The issue ${owner}/${repo}#${issueNumber} was deleted, or the repository has issues disabled. Choose another issue.`,
          ),
      },
    });
  } catch (error) {
    if (error instanceof FatalError && error.code === 'issue_not_found') {
      await requireRepository(github, address, signal);
    }
    throw error;
  }
}

/** GitHub answers 404 for a missing issue and for a missing repository; this distinguishes them. */
async function requireRepository(
  github: GitHub,
  { owner, repo }: IssueAddress,
  signal: AbortSignal,
): Promise<void> {
  await requestGitHub(github, {
    about: `the repository ${owner}/${repo}`,
    signal,
    answer: z.unknown(),
    send: (request) => github.octokit.rest.repos.get({ owner, repo, request }),
    refusals: { 404: () => repositoryNotFound(github, owner, repo) },
  });
}

export function repositoryNotFound({ hasToken }: GitHub, owner: string, repo: string): FatalError {
  const hint = hasToken
    ? 'or the token may not see it: check its spelling and the access of the token.'
    : 'or it is private: check its spelling, or set GITHUB_TOKEN.';
  return fatal('repository_not_found', `There is no repository ${owner}/${repo}, ${hint}`);
}

async function readCommentPage(
  github: GitHub,
  { owner, repo, issueNumber }: IssueAddress,
  page: number,
  signal: AbortSignal,
): Promise<z.infer<typeof commentsSchema>> {
  return requestGitHub(github, {
    about: `the comments on ${owner}/${repo}#${issueNumber}`,
    signal,
    answer: commentsSchema,
    send: (request) =>
      github.octokit.rest.issues.listComments({
        owner,
        repo,
        issue_number: issueNumber,
        per_page: PAGE,
        page,
        request,
      }),
  });
}
