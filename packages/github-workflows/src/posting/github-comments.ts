import { z } from 'zod';
import { fatal } from '../failures.ts';
import { requestGitHub } from '../github/request-github.ts';
import type { GitHub } from '../github/github-client.ts';
import type { IssueAddress } from '../issue/issue.ts';

/**
 * The time limit of writes: less than the 15 s that an attempt has after a cancel, so that the
 * result is known when the clean-up runs. GitHub itself gives up after 10 s.
 */
const WRITE_TIMEOUT_MS = 12_000;
const PAGE = 100;
const MAX_PAGES = 10;

export const postedCommentSchema = z.object({ id: z.int(), url: z.url() });

/** A comment of ours on GitHub. */
export type PostedComment = z.infer<typeof postedCommentSchema>;

const commentSchema = z.object({
  id: z.int(),
  html_url: z.url(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});

/**
 * Posts a comment. Never retried, since a retry after a lost answer would post it twice; and not
 * aborted by a cancel, since it would then be unknown whether there is a comment to replace.
 */
export async function postComment(
  github: GitHub,
  { owner, repo, issueNumber }: IssueAddress,
  body: string,
  { timeoutMs = WRITE_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<PostedComment> {
  const { id, html_url: url } = await requestGitHub(github, {
    about: `permission to comment on ${owner}/${repo}#${issueNumber}`,
    signal: neverAborted(),
    timeoutMs,
    answer: commentSchema,
    send: (request) =>
      github.octokit.rest.issues.createComment({
        owner,
        repo,
        issue_number: issueNumber,
        body,
        request: { ...request, retries: 0 },
      }),
    refusals: writeRefusals(`${owner}/${repo}#${issueNumber}`),
  });
  return { id, url };
}

/**
 * Replaces a comment's text. Idempotent. @param signal ends it. Default: only the time limit does.
 */
export async function editComment(
  github: GitHub,
  { owner, repo, issueNumber }: IssueAddress,
  edit: { readonly id: number; readonly body: string },
  signal: AbortSignal = neverAborted(),
): Promise<PostedComment> {
  const { id, html_url: url } = await requestGitHub(github, {
    about: `the comment on ${owner}/${repo}#${issueNumber}`,
    signal,
    timeoutMs: WRITE_TIMEOUT_MS,
    answer: commentSchema,
    send: (request) =>
      github.octokit.rest.issues.updateComment({
        owner,
        repo,
        comment_id: edit.id,
        body: edit.body,
        request,
      }),
    refusals: writeRefusals(`${owner}/${repo}#${issueNumber}`),
  });
  return { id, url };
}

export interface CommentSearch {
  readonly marker: string;
  /** Only comments of this user count; `null` if our login is unknown. */
  readonly login: string | null;
  /** The minimum number of comments before ours. */
  readonly after: number;
}

/** Finds the comment that carries a marker; `null` when there is none. */
export async function findComment(
  github: GitHub,
  { owner, repo, issueNumber }: IssueAddress,
  { marker, login, after }: CommentSearch,
  signal: AbortSignal,
): Promise<PostedComment | null> {
  // Comments may have been deleted since, which moves ours one page up at most.
  const first = Math.max(1, Math.floor(after / PAGE));
  for (let page = first; page < first + MAX_PAGES; page += 1) {
    const comments = await requestGitHub(github, {
      about: `the comments on ${owner}/${repo}#${issueNumber}`,
      signal,
      answer: z.array(commentSchema),
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
    const ours = comments.find(
      ({ body, user }) =>
        // Only at the start, since other comments may quote it.
        body?.trimStart().startsWith(marker) === true && (login === null || user?.login === login),
    );
    if (ours !== undefined) return { id: ours.id, url: ours.html_url };
    if (comments.length < PAGE) return null;
  }
  return null;
}

/** A signal that never aborts. */
function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

function writeRefusals(issue: string): Readonly<Record<number, () => Error>> {
  const refused = (): Error =>
    fatal(
      'post_failed',
      `The token may not comment on ${issue}. Give it write access to issues, and check that the issue is not locked.`,
    );
  const gone = (): Error =>
    fatal('post_failed', `The comment on ${issue} is gone: it or the issue was deleted.`);
  const invalid = (): Error =>
    fatal(
      'post_failed',
      `GitHub rejected the text of the comment on ${issue}. Shorten it, and post it again.`,
    );
  return { 404: gone, 410: gone, 422: invalid, 403: refused };
}
