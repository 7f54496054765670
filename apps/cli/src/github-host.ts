import { githubWebHost, PUBLIC_GITHUB } from '@runtape/events';

/** The host of the pages of the GitHub that the environment names; an API that cannot be used is refused elsewhere. */
export function githubHost(env: Readonly<Record<string, string | undefined>>): string {
  const apiUrl = env['GITHUB_API_URL'] ?? '';
  return URL.canParse(apiUrl) ? githubWebHost(apiUrl) : PUBLIC_GITHUB;
}
