/** The default host of GitHub's pages. */
export const PUBLIC_GITHUB = 'github.com';
const API_PREFIX = 'api.';
/** Longer texts are never the name of a repository. */
const MAX_CHARS = 2_000;

/**
 * Returns the host of the pages that belong to a GitHub API: `github.com` for
 * `https://api.github.com`, the company's host for `https://api.COMPANY.ghe.com`, and `HOST` for
 * `https://HOST/api/v3`.
 * @param apiUrl an absolute URL.
 */
export function githubWebHost(apiUrl: string): string {
  const { host, pathname } = new URL(apiUrl);
  const isServer = pathname.length > 1;
  return host.startsWith(API_PREFIX) && !isServer ? host.slice(API_PREFIX.length) : host;
}

/** The parts of the URL of a page on GitHub. */
interface RepositoryUrl {
  readonly owner: string;
  readonly repo: string;
  /** The parts of the path after the repository. */
  readonly rest: readonly string[];
}

/**
 * Parses the URL of a page in a repository.
 * @param webHost the host of GitHub's pages.
 * @returns `null` if it is not such a URL, has another host, or contains a user name or password.
 */
export function parseRepositoryUrl(text: string, webHost: string): RepositoryUrl | null {
  // A browser treats backslashes as slashes and ignores blanks, but no real URL of a page contains
  // them.
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const isThisHost = url.host === webHost || url.host === `www.${webHost}`;
  if (!isThisHost || url.username !== '' || url.password !== '') return null;
  const [, owner, repo, ...rest] = url.pathname.split('/');
  return owner === undefined || repo === undefined ? null : { owner, repo, rest };
}

/**
 * Parses a repository as a user types it: `owner/repo`, or the URL of any page in it, with or
 * without the `.git` of a clone URL. It does not check whether GitHub would allow the names.
 * @param webHost the host of GitHub's pages. Default: github.com.
 * @returns `null` if it is neither.
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
