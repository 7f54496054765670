import { usageError } from './exit-code.ts';

/** The characters that are valid in a header. */
const VALID_TOKEN = /^[\u0021-\u007e]+$/;

/**
 * Returns a `fetch` that sends `RUNTAPE_TOKEN` with every request; without a token, the global one.
 * @throws CliError (usage) when the token is malformed.
 */
export function authorizedFetch(env: NodeJS.ProcessEnv): typeof globalThis.fetch {
  const token = env['RUNTAPE_TOKEN']?.trim() ?? '';
  if (token === '') return globalThis.fetch;
  if (!VALID_TOKEN.test(token)) {
    throw usageError(
      'RUNTAPE_TOKEN is not a token. Set it to exactly what "runtape token" printed.',
    );
  }
  return async (input, init) => {
    const original = init?.headers ?? (input instanceof Request ? input.headers : undefined);
    const headers = new Headers(original);
    headers.set('Authorization', `Bearer ${token}`);
    return await globalThis.fetch(input, { ...init, headers });
  };
}
