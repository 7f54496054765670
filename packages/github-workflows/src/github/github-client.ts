import { Octokit } from 'octokit';

export interface GitHubOptions {
  /** Needed for private repositories and posting. Without it GitHub allows 60 requests an hour. */
  readonly token?: string | undefined;
  /**
   * Root of the REST API. Default: github.com's. `https://HOST/api/v3` on GitHub Enterprise Server.
   */
  readonly apiUrl?: string | undefined;
}

/** A GitHub client as the workflows use it. */
export interface GitHub {
  readonly octokit: Octokit;
  readonly hasToken: boolean;
  /** Identifies this GitHub in the names of cache folders. */
  readonly host: string;
  /** In ms since 1970. */
  readonly now: () => number;
}

const PUBLIC_API = 'https://api.github.com';
/** One silent retry bridges a blip; after that the engine retries, where people can see it. */
const QUIET_RETRIES = 1;
/** The engine reports these as `workflow:retrying`: no silent wait for a rate limit. */
const NOT_REPEATED = [400, 401, 403, 404, 409, 410, 422, 429, 451];

/** Makes the client for one GitHub. Opens no connection. */
export function createGitHub(options: GitHubOptions, now: () => number): GitHub {
  const apiUrl = withoutSlashes(options.apiUrl ?? PUBLIC_API);
  const token = options.token === '' ? undefined : options.token;
  const octokit = new Octokit({
    baseUrl: apiUrl,
    userAgent: 'runtape',
    ...(token !== undefined && { auth: token }),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    retry: { retries: QUIET_RETRIES, doNotRetry: NOT_REPEATED },
    // All clients of a process share the plugin's limiters; the id separates those of different
    // GitHubs.
    throttle: { id: apiUrl, onRateLimit: () => false, onSecondaryRateLimit: () => false },
  });
  return { octokit, hasToken: token !== undefined, host: new URL(apiUrl).host, now };
}

function withoutSlashes(url: string): string {
  let end = url.length;
  while (url.charAt(end - 1) === '/') end -= 1;
  return url.slice(0, end);
}
