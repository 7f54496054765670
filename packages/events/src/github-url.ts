/** The host of GitHub's pages, where none is set. */
export const PUBLIC_GITHUB = 'github.com';
const API_PREFIX = 'api.';
/** Nothing that is longer names a repository. */
const MAX_CHARS = 2_000;

/**
 * The host of the pages that belong to an API of GitHub: `github.com` for `https://api.github.com`,
 * that of the company for `https://api.COMPANY.ghe.com`, and a server of one's own for
 * `https://HOST/api/v3`.
 * @param apiUrl an absolute URL.
 */
export function githubWebHost(apiUrl: string): string {
  const { host, pathname } = new URL(apiUrl);
  const isServer = pathname.length > 1;
  return host.startsWith(API_PREFIX) && !isServer ? host.slice(API_PREFIX.length) : host;
}

/** What the URL of a page on GitHub names. */
interface RepositoryUrl {
  readonly owner: string;
  readonly repo: string;
  /** The parts of the path behind the repository. */
  readonly rest: readonly string[];
}

/**
 * Reads the URL of a page in a repository.
 * @param webHost the host that GitHub's pages are on.
 * @returns `null` when it is none: another host, one with a user name before it, or anything that
 *   is no such URL.
 */
export function parseRepositoryUrl(text: string, webHost: string): RepositoryUrl | null {
  // A browser takes backslashes for slashes and passes over blanks; nobody who means a page writes
  // them.
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const isThere = url.host === webHost || url.host === `www.${webHost}`;
  if (!isThere || url.username !== '' || url.password !== '') return null;
  const [, owner, repo, ...rest] = url.pathname.split('/');
  return owner === undefined || repo === undefined ? null : { owner, repo, rest };
}

/**
 * Reads what a person types for a repository: `owner/repo`, or the URL of any page in it, with or
 * without the `.git` that one clones by. Whether the names can be some of GitHub is not looked at.
 * @param webHost as of `parseRepositoryUrl`. Default: github.com.
 * @returns `null` when it is neither.
 */
export function parseRepository(
  text: string,
  webHost: string = PUBLIC_GITHUB,
): { owner: string; repo: string } | null {
  const typed = text.trim();
  if (typed.length > MAX_CHARS) return null;
  const [short = ''] = typed.split(/[#?]/, 1);
  const [owner, repo] = short.split('/');
  const named = typed.includes(':') ? parseRepositoryUrl(typed, webHost) : { owner, repo };
  if (named?.owner === undefined || named.repo === undefined) return null;
  const withoutGit = named.repo.endsWith('.git') ? named.repo.slice(0, -'.git'.length) : named.repo;
  return { owner: named.owner, repo: withoutGit };
}
