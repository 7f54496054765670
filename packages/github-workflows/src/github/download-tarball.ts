import { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import { requestGitHub } from './request-github.ts';
import type { GitHub } from './github-client.ts';
import { repositoryNotFound } from './read-github-issue.ts';

/** GitHub makes the archive on request, which takes a while for large repositories. */
const TIMEOUT_MS = 120_000;

export interface CommitAddress {
  readonly owner: string;
  readonly repo: string;
  readonly commit: string;
}

/**
 * Opens the archive of a repository at a commit.
 * @returns the gzipped tar as it arrives; the caller reads it to its end or cancels it.
 */
export async function downloadTarball(
  github: GitHub,
  { owner, repo, commit }: CommitAddress,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  return requestGitHub(github, {
    about: `the archive of ${owner}/${repo}`,
    signal,
    timeoutMs: TIMEOUT_MS,
    answer: z.instanceof<typeof ReadableStream<Uint8Array>>(ReadableStream),
    send: (request) =>
      github.octokit.rest.repos.downloadTarballArchive({
        owner,
        repo,
        ref: commit,
        request: { ...request, parseSuccessResponseBody: false },
      }),
    refusals: { 404: () => repositoryNotFound(github, owner, repo) },
  });
}
