import { FatalError } from '@runtape/engine';
import { z } from 'zod';
import { fatal } from '../failures.ts';
import { boundIssue, type Issue } from '../issue/issue.ts';
import { ask } from './ask.ts';
import type { GitHub } from './github-client.ts';

export interface IssueAddress {
  readonly owner: string;
  readonly repo: string;
  readonly issueNumber: number;
}

const PAGE = 100;
const MAX_PAGES = 3;

const userSchema = z.object({ login: z.string() }).nullish();
const issueSchema = z.object({
  title: z.string(),
  body: z.string().nullish(),
  user: userSchema,
  html_url: z.url(),
  comments: z.int().nonnegative(),
});
const commentsSchema = z.array(z.object({ body: z.string().nullish(), user: userSchema }));

/**
 * Reads an issue and its newest comments.
 * @throws FatalError `issue_not_found`, `issue_deleted`, `repository_not_found`, and what every request to GitHub may throw.
 */
export async function readGithubIssue(
  github: GitHub,
  address: IssueAddress,
  signal: AbortSignal,
): Promise<Issue> {
  const issue = await readText(github, address, signal);
  const lastPage = Math.ceil(issue.comments / PAGE);
  const comments = [];
  for (let page = Math.max(1, lastPage - MAX_PAGES + 1); page <= lastPage; page += 1) {
    comments.push(...(await readCommentPage(github, address, page, signal)));
  }
  return boundIssue({
    title: issue.title,
    body: issue.body ?? '',
    author: issue.user?.login ?? null,
    url: issue.html_url,
    comments: comments.map(({ body, user }) => ({
      author: user?.login ?? 'ghost',
      body: body ?? '',
    })),
    commentCount: issue.comments,
  });
}

async function readText(
  github: GitHub,
  address: IssueAddress,
  signal: AbortSignal,
): Promise<z.infer<typeof issueSchema>> {
  const { owner, repo, issueNumber } = address;
  const about = `the issue ${owner}/${repo}#${issueNumber}`;
  try {
    return await ask(github, {
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
            `The issue ${owner}/${repo}#${issueNumber} was deleted, or the repository has no issues.`,
          ),
      },
    });
  } catch (error) {
    if (error instanceof FatalError && error.code === 'issue_not_found') {
      await demandRepository(github, address, signal);
    }
    throw error;
  }
}

/** GitHub answers 404 for a missing issue and for a missing repository; this tells them apart. */
async function demandRepository(
  github: GitHub,
  { owner, repo }: IssueAddress,
  signal: AbortSignal,
): Promise<void> {
  await ask(github, {
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
  return ask(github, {
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
