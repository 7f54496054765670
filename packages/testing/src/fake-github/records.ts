import type { ArchiveEntry } from './archive.ts';

export interface FakeComment {
  readonly id: number;
  readonly issueUrl: string;
  readonly author: string;
  body: string;
  /** Every text the comment ever had, oldest first. */
  readonly versions: string[];
}

export interface FakeIssue {
  readonly number: number;
  readonly title: string;
  /** GitHub says `null` for an issue without a text. */
  readonly body?: string | null;
  readonly author?: string;
  readonly comments?: readonly { readonly author?: string; readonly body: string }[];
  /** GitHub answers 410 for a deleted issue. */
  readonly deleted?: boolean;
  /** Comments by others than the owner are refused. */
  readonly locked?: boolean;
  /** Where it was moved to, as `owner/repo#number`: requests are redirected there. */
  readonly movedTo?: string;
  /** Makes it a pull request. GitHub answers 406 where a diff is too large: `null`. */
  readonly pullRequest?: { readonly diff: string | null };
}

export interface FakeRepository {
  readonly owner: string;
  readonly repo: string;
  /** Text by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Entries of the archive, instead of `files`; written as they are, top folder and all. */
  readonly rawEntries?: readonly ArchiveEntry[];
  /** Only seen with the token. Default: false. */
  readonly private?: boolean;
  /** Default: derived from the name. */
  readonly commit?: string;
  /** Has no commit at all. Default: false. */
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

/** An issue with the comments it has by now. */
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
