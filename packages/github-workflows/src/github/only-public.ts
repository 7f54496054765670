import { FatalError } from '@runtape/engine';
import { z } from 'zod';
import { fatal } from '../failures.ts';
import { requestGitHub } from './request-github.ts';
import { createGitHub, type GitHub, type GitHubOptions } from './github-client.ts';

/**
 * How long the result of a check is cached, in ms: one workflow sends several requests in a row.
 */
const CACHED_MS = 10_000;
const MAX_CACHED = 1000;

/** GitHub calls internal repositories private as well. */
const visibilitySchema = z.object({
  private: z.boolean(),
  visibility: z.string().optional(),
});

type RepositoryId = { readonly owner: string; readonly repo: string } | { readonly id: string };

/**
 * A GitHub client for users who may not read private repositories with the token. Checks that a
 * repository is public before each request, and again if GitHub answered from another repository.
 */
export function createPublicGitHub(options: GitHubOptions, now: () => number): GitHub {
  const github = createGitHub(options, now);
  if (!github.hasToken) return github;
  const checker = createGitHub(options, now);
  const knownPublic = new Map<string, number>();

  async function requirePublic(
    repository: RepositoryId | null,
    signal: AbortSignal,
  ): Promise<void> {
    if (repository === null) throw notPublic('what was asked for');
    const name = nameOf(repository);
    if (now() - (knownPublic.get(name) ?? Number.NEGATIVE_INFINITY) < CACHED_MS) return;
    const answer = await requestGitHub(checker, {
      about: `the repository ${name}`,
      signal,
      answer: visibilitySchema,
      send: (request) =>
        'id' in repository
          ? checker.octokit.request('GET /repositories/{id}', { id: repository.id, request })
          : checker.octokit.rest.repos.get({ ...repository, request }),
      refusals: { 404: () => notPublic(name) },
    });
    const isPublic = !answer.private && (answer.visibility ?? 'public') === 'public';
    if (!isPublic) throw notPublic(name);
    if (knownPublic.size >= MAX_CACHED) knownPublic.clear();
    knownPublic.set(name, now());
  }

  github.octokit.hook.wrap('request', async (request, requestOptions) => {
    if (requestOptions.url === '/user') return await request(requestOptions);
    const signal = requestOptions.request?.signal ?? new AbortController().signal;
    await requirePublic(requestedRepository(requestOptions), signal);
    const response = await request(requestOptions);
    const redirected = repositoryInUrl(response.url, requestOptions.baseUrl);
    if (redirected !== null) await requirePublic(redirected, signal);
    return response;
  });
  return github;
}

const repositorySchema = z.object({ owner: z.string(), repo: z.string() });

function requestedRepository(options: object): RepositoryId | null {
  const { success, data } = repositorySchema.safeParse(options);
  return success ? data : null;
}

/** The repository in an API URL; `null` for other URLs, such as an archive's. */
function repositoryInUrl(url: string, baseUrl: string): RepositoryId | null {
  if (!url.startsWith(`${baseUrl}/`)) return null;
  const [kind, first = '', second = ''] = url.slice(baseUrl.length + 1).split(/[/?]/);
  if (kind === 'repositories') return { id: decodeURIComponent(first) };
  if (kind !== 'repos') return null;
  return { owner: decodeURIComponent(first), repo: decodeURIComponent(second) };
}

function nameOf(repository: RepositoryId): string {
  const name =
    'id' in repository ? `with the id ${repository.id}` : `${repository.owner}/${repository.repo}`;
  return name.toLowerCase();
}

/** The same message as for a missing repository, so that private ones are not revealed. */
function notPublic(name: string): FatalError {
  return fatal(
    'private_not_allowed',
    `There is no public repository ${name}, and the person who started this may not read private ones. Check the name, or add them to MAY_READ_PRIVATE on servers and workers.`,
  );
}
