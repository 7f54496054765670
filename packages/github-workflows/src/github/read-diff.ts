import { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import type { IssueAddress } from '../issue/issue.ts';
import { requestGitHub } from './request-github.ts';
import type { GitHub } from './github-client.ts';

/** More than is ever shown of a diff. */
const MAX_BYTES = 400_000;

/** The changes of a pull request. */
export interface PullRequestDiff {
  /** `null` if GitHub does not provide it, for example because it is too large. */
  readonly diff: string | null;
  readonly isWhole: boolean;
}

/** GitHub provides no diff for this pull request. */
class NoDiff extends Error {
  override readonly name = 'NoDiff';
}

/**
 * Reads the diff of a pull request, up to the size that a model can be given.
 * @throws as every request to GitHub, except for a missing diff.
 */
export async function readDiff(
  github: GitHub,
  { owner, repo, issueNumber }: IssueAddress,
  signal: AbortSignal,
): Promise<PullRequestDiff> {
  const none = (): Error => new NoDiff(`${owner}/${repo}#${issueNumber} has no diff.`);
  try {
    const body = await requestGitHub(github, {
      about: `the changes of the pull request ${owner}/${repo}#${issueNumber}`,
      signal,
      answer: z.instanceof<typeof ReadableStream<Uint8Array>>(ReadableStream),
      send: (request) =>
        github.octokit.rest.pulls.get({
          owner,
          repo,
          pull_number: issueNumber,
          mediaType: { format: 'diff' },
          request: { ...request, parseSuccessResponseBody: false },
        }),
      refusals: { 403: none, 404: none, 406: none, 410: none, 422: none },
    });
    return await readBeginning(body, signal);
  } catch (error) {
    if (error instanceof NoDiff) return { diff: null, isWhole: false };
    throw error;
  }
}

async function readBeginning(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<PullRequestDiff> {
  const decoder = new TextDecoder();
  let diff = '';
  let bytes = 0;
  try {
    // Leaving the loop cancels the download.
    for await (const chunk of body) {
      signal.throwIfAborted();
      bytes += chunk.length;
      diff += decoder.decode(chunk, { stream: true });
      if (bytes > MAX_BYTES) return { diff, isWhole: false };
    }
  } catch {
    signal.throwIfAborted();
    return { diff: diff === '' ? null : diff, isWhole: false };
  }
  return { diff, isWhole: true };
}
