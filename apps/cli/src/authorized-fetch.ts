import { CliError, exitCode } from './exit-code.ts';

/** What a header can carry; a JWT is less than that. */
const SENDABLE = /^[\u0021-\u007e]+$/;

/**
 * The `fetch` for a server: with `RUNTAPE_TOKEN` it sends the token with every request, without it is the global one.
 * @throws CliError (usage) when the token cannot be one.
 */
export function authorizedFetch(env: NodeJS.ProcessEnv): typeof globalThis.fetch {
  const token = env['RUNTAPE_TOKEN']?.trim() ?? '';
  if (token === '') return globalThis.fetch;
  if (!SENDABLE.test(token)) {
    throw new CliError(
      exitCode.usage,
      'RUNTAPE_TOKEN holds no token. Set it to what "runtape token" printed, and nothing else.',
    );
  }
  return async (input, init) => {
    const given = init?.headers ?? (input instanceof Request ? input.headers : undefined);
    const headers = new Headers(given);
    headers.set('Authorization', `Bearer ${token}`);
    return await globalThis.fetch(input, { ...init, headers });
  };
}
