import type { ArchiveEntry } from './archive.ts';

export interface FakeComment {
  readonly id: number;
  readonly issueUrl: string;
  readonly author: string;
  body: string;
  /** All texts of the comment, oldest first. */
  readonly versions: string[];
}

export interface FakeIssue {
  readonly number: number;
  readonly title: string;
  /** GitHub returns `null` for an issue without a text. */
  readonly body?: string | null;
  readonly author?: string;
  readonly comments?: readonly { readonly author?: string; readonly body: string }[];
  /** GitHub responds with 410 for a deleted issue. */
  readonly deleted?: boolean;
  /** Whether new comments are refused with 403. */
  readonly locked?: boolean;
  /** The new location, as `owner/repo#number`: requests are redirected there. */
  readonly movedTo?: string;
  /**
   * Makes the issue a pull request. With `null`, the diff is too large and GitHub responds with
   * 406.
   */
  readonly pullRequest?: { readonly diff: string | null };
}

export interface FakeRepository {
  readonly owner: string;
  readonly repo: string;
  /** Text by path. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * The entries of the archive, instead of `files`; written unchanged, including the top folder.
   */
  readonly rawEntries?: readonly ArchiveEntry[];
  /** Whether the repository is visible only with the token. Default: false. */
  readonly private?: boolean;
  /** The id of the commit. Default: derived from the name. */
  readonly commit?: string;
  /** Whether the repository has no commits. Default: false. */
  readonly empty?: boolean;
  readonly issues?: readonly FakeIssue[];
}

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly authorization: string | null;
  readonly status: number;
}

/** An issue with its current comments. */
export interface StoredIssue {
  readonly url: string;
  readonly issue: FakeIssue;
  readonly comments: FakeComment[];
}

export interface StoredRepository {
  readonly repository: FakeRepository;
  readonly commit: string;
  readonly issues: ReadonlyMap<number, StoredIssue>;
}

const AT = '2026-01-02T03:04:05Z';

export function commentJson(comment: FakeComment): object {
  return {
    id: comment.id,
    html_url: `${comment.issueUrl}#issuecomment-${comment.id}`,
    user: { login: comment.author },
    body: comment.body,
    created_at: AT,
    updated_at: AT,
  };
}

export function issueJson({ issue, comments, url }: StoredIssue): object {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? null,
    state: 'open',
    locked: issue.locked ?? false,
    html_url: url,
    user: { login: issue.author ?? 'reporter' },
    comments: comments.length,
    created_at: AT,
    ...(issue.pullRequest !== undefined && { pull_request: { html_url: url } }),
  };
}

export function repositoryJson({ repository }: StoredRepository): object {
  const { owner, repo } = repository;
  return {
    name: repo,
    full_name: `${owner}/${repo}`,
    private: repository.private ?? false,
    owner: { login: owner },
    default_branch: 'main',
    html_url: `https://github.com/${owner}/${repo}`,
  };
}
