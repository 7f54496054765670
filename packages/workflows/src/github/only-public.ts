import { FatalError } from '@runtape/engine';
import { z } from 'zod';
import { fatal } from '../failures.ts';
import { requestGitHub } from './request-github.ts';
import { createGitHub, type GitHub, type GitHubOptions } from './github-client.ts';

/**
 * A repository that was public so many ms ago is taken for public: one workflow asks several times
 * in a row.
 */
const BELIEVED_MS = 10_000;
const MAX_BELIEVED = 1000;

/** GitHub calls internal repositories private as well. */
const visibilitySchema = z.object({
  private: z.boolean(),
  visibility: z.string().optional(),
});

type Place = { readonly owner: string; readonly repo: string } | { readonly id: string };

/**
 * GitHub for those who may not have private repositories read with the token. Before anything of a
 * repository is asked for, GitHub is asked whether it is public; and after, should GitHub have
 * answered from another one, whether that is.
 */
export function createPublicGitHub(options: GitHubOptions, now: () => number): GitHub {
  const github = createGitHub(options, now);
  if (!github.hasToken) return github;
  const asking = createGitHub(options, now);
  const believed = new Map<string, number>();

  async function requirePublic(place: Place | null, signal: AbortSignal): Promise<void> {
    if (place === null) throw notPublic('what was asked for');
    const name = nameOf(place);
    if (now() - (believed.get(name) ?? Number.NEGATIVE_INFINITY) < BELIEVED_MS) return;
    const answer = await requestGitHub(asking, {
      about: `the repository ${name}`,
      signal,
      answer: visibilitySchema,
      send: (request) =>
        'id' in place
          ? asking.octokit.request('GET /repositories/{id}', { id: place.id, request })
          : asking.octokit.rest.repos.get({ ...place, request }),
      refusals: { 404: () => notPublic(name) },
    });
    const isPublic = !answer.private && (answer.visibility ?? 'public') === 'public';
    if (!isPublic) throw notPublic(name);
    if (believed.size >= MAX_BELIEVED) believed.clear();
    believed.set(name, now());
  }

  github.octokit.hook.wrap('request', async (request, asked) => {
    if (asked.url === '/user') return await request(asked);
    const signal = asked.request?.signal ?? new AbortController().signal;
    const place = placeAsked(asked);
    await requirePublic(place, signal);
    const response = await request(asked);
    const answered = placeIn(response.url, asked.baseUrl);
    if (answered !== null) await requirePublic(answered, signal);
    return response;
  });
  return github;
}

const askedSchema = z.object({ owner: z.string(), repo: z.string() });

function placeAsked(asked: object): Place | null {
  const { success, data } = askedSchema.safeParse(asked);
  return success ? data : null;
}

/**
 * The repository that an address of the API is about; `null` for an address elsewhere, such as that
 * of an archive.
 */
function placeIn(url: string, baseUrl: string): Place | null {
  if (!url.startsWith(`${baseUrl}/`)) return null;
  const [kind, first = '', second = ''] = url.slice(baseUrl.length + 1).split(/[/?]/);
  if (kind === 'repositories') return { id: decodeURIComponent(first) };
  if (kind !== 'repos') return null;
  return { owner: decodeURIComponent(first), repo: decodeURIComponent(second) };
}

function nameOf(place: Place): string {
  return ('id' in place ? `with the id ${place.id}` : `${place.owner}/${place.repo}`).toLowerCase();
}

/** Said of one that is not there as well: that there is a private one is nobody's business. */
function notPublic(name: string): FatalError {
  return fatal(
    'private_not_allowed',
    `There is no public repository ${name}, and whoever started this may not have private ones read. Check the name, or have them named in MAY_READ_PRIVATE, also where workflows run.`,
  );
}
