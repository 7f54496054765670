import { FatalError } from '@runtape/engine';
import { z } from 'zod';
import { ask } from './ask.ts';
import type { GitHub } from './github-client.ts';

const userSchema = z.object({ login: z.string() });

/**
 * Finds out whom the token belongs to.
 * @returns the login; `null` without a token, and with one that belongs to no user, such as a GitHub App's.
 * @throws FatalError `github_unauthorized` when GitHub does not accept the token.
 */
export async function identify(github: GitHub, signal: AbortSignal): Promise<string | null> {
  if (!github.hasToken) return null;
  try {
    const { login } = await ask(github, {
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
