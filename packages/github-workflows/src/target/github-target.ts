import { FatalError } from '@runtape/engine';
import { z } from 'zod';
import { downloadTarball } from '../github/download-tarball.ts';
import type { GitHub } from '../github/github-client.ts';
import { readGithubIssue } from '../github/read-github-issue.ts';
import { requestGitHub } from '../github/request-github.ts';
import { resolveCommit } from '../github/resolve-commit.ts';
import type { IssueAddress } from '../issue/issue.ts';
import type { RepositoryCache } from '../repository/repository-cache.ts';
import type { ResolvedRepository, ResolvedTarget } from './resolved-target.ts';

/** The newest code of a repository on GitHub. */
export function githubRepository(
  github: GitHub,
  cache: RepositoryCache,
  { owner, repo }: { readonly owner: string; readonly repo: string },
): ResolvedRepository {
  const address = { owner, repo };
  const leases: AsyncDisposable[] = [];
  return {
    async authenticate(signal) {
      const login = await identify(github, signal);
      return { login, message: introduction(github, login) };
    },
    resolveCommit: (signal) => resolveCommit(github, address, signal),
    async openFolder(commit, signal) {
      // A later attempt on another machine may have to download the commit again.
      const sha = commit ?? (await resolveCommit(github, address, signal));
      const key = { host: github.host, owner, repo, commit: sha };
      leases.push(await cache.lease(key));
      const { root, unpacked } = await cache.get(
        key,
        () => downloadTarball(github, { owner, repo, commit: sha }, signal),
        signal,
      );
      // GitHub creates archives from a commit.
      return { root, leftOut: unpacked?.leftOut ?? 0, onlyTracked: true };
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(leases.splice(0).map((lease) => lease[Symbol.asyncDispose]()));
    },
  };
}

function introduction({ hasToken }: GitHub, login: string | null): string {
  if (login !== null) return `Asking GitHub as ${login}.`;
  return hasToken ? 'Asking GitHub with a token.' : 'Asking GitHub without a token.';
}

/** An issue on GitHub and the newest code of its repository. */
export function githubTarget(
  github: GitHub,
  cache: RepositoryCache,
  address: IssueAddress,
): ResolvedTarget {
  return {
    ...githubRepository(github, cache, address),
    address,
    readIssue: (signal) => readGithubIssue(github, address, signal),
    atAddress: (found) => githubTarget(github, cache, found ?? address),
  };
}

const userSchema = z.object({ login: z.string() });

/**
 * Finds the owner of the token.
 * @returns the login; `null` without a token, or for one without a user, such as a GitHub App's.
 * @throws FatalError `github_unauthorized` when GitHub rejects the token.
 */
async function identify(github: GitHub, signal: AbortSignal): Promise<string | null> {
  if (!github.hasToken) return null;
  try {
    const { login } = await requestGitHub(github, {
      about: 'the owner of the token',
      signal,
      answer: userSchema,
      send: (request) => github.octokit.rest.users.getAuthenticated({ request }),
    });
    return login;
  } catch (error) {
    if (error instanceof FatalError && error.code === 'github_forbidden') return null;
    throw error;
  }
}
