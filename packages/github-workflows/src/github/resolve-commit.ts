import { z } from 'zod';
import { fatal } from '../failures.ts';
import { requestGitHub } from './request-github.ts';
import type { GitHub } from './github-client.ts';
import { repositoryNotFound } from './read-github-issue.ts';

const shaSchema = z.string().regex(/^[0-9a-f]{40,64}$/);

/**
 * Finds the newest commit of a repository's default branch.
 * @returns its id.
 * @throws FatalError `repository_not_found`, `repository_empty`, and as every request to GitHub.
 */
export async function resolveCommit(
  github: GitHub,
  { owner, repo }: { owner: string; repo: string },
  signal: AbortSignal,
): Promise<string> {
  return requestGitHub(github, {
    about: `the repository ${owner}/${repo}`,
    signal,
    answer: shaSchema,
    // The media type asks for the id alone; the whole answer would carry the commit's diff.
    send: (request) =>
      github.octokit.rest.repos.getCommit({
        owner,
        repo,
        ref: 'HEAD',
        mediaType: { format: 'sha' },
        request,
      }),
    refusals: {
      404: () => repositoryNotFound(github, owner, repo),
      409: () => fatal('repository_empty', `The repository ${owner}/${repo} has no commits yet.`),
    },
  });
}
