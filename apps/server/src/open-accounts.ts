import { type Accounts, createJwtAccounts } from '@runtape/server';
import type { ServerEnv } from './env.ts';

/**
 * The accounts in the environment; `null` when everyone may use the server.
 * @param onError called when the provider's keys cannot be loaded.
 * @param now in ms since 1970. Default: `Date.now`.
 */
export function openAccounts(
  env: ServerEnv,
  onError: (error: unknown) => void,
  now?: () => number,
): Accounts | null {
  const {
    AUTH_SECRET: secret,
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    BASE_PATH: basePath,
  } = env;
  if (env.AUTH_JWKS_URL === undefined) {
    return secret === undefined
      ? null
      : createJwtAccounts({ secret, issuer, audience, basePath, now });
  }
  if (issuer === undefined || audience === undefined) {
    throw new TypeError('An identity provider needs an issuer and an audience.');
  }
  const provider = { jwksUrl: new URL(env.AUTH_JWKS_URL), issuer, audience, onError };
  return createJwtAccounts({ secret, provider, basePath, now });
}
