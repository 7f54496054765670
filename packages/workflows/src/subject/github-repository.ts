import { downloadTarball } from '../github/download-tarball.ts';
import type { GitHub } from '../github/github-client.ts';
import { identify } from '../github/identify.ts';
import { resolveCommit } from '../github/resolve-commit.ts';
import type { RepositoryCache } from '../repository/repository-cache.ts';
import type { RepositorySubject } from './subject.ts';

/** The newest code of a repository on GitHub. */
export function githubRepository(
  github: GitHub,
  cache: RepositoryCache,
  { owner, repo }: { readonly owner: string; readonly repo: string },
): RepositorySubject {
  const address = { owner, repo };
  const leases = new AsyncDisposableStack();
  return {
    async authenticate(signal) {
      const login = await identify(github, signal);
      return { login, message: introduction(github, login) };
    },
    resolveCommit: (signal) => resolveCommit(github, address, signal),
    async openFolder(commit, signal) {
      // A commit that was settled by an earlier attempt may have to be fetched again, on another machine.
      const settled = commit ?? (await resolveCommit(github, address, signal));
      const key = { host: github.host, owner, repo, commit: settled };
      leases.use(await cache.lease(key));
      const { root, unpacked } = await cache.get(
        key,
        () => downloadTarball(github, { owner, repo, commit: settled }, signal),
        signal,
      );
      // The archives of GitHub are made of a commit.
      return { root, leftOut: unpacked?.leftOut ?? 0, onlyTracked: true };
    },
    [Symbol.asyncDispose]: () => leases.disposeAsync(),
  };
}

function introduction({ hasToken }: GitHub, login: string | null): string {
  if (login !== null) return `Asking GitHub as ${login}.`;
  return hasToken ? 'Asking GitHub with a token.' : 'Asking GitHub without a token.';
}
