import { type Accounts, createJwtAccounts } from '@runtape/api';
import type { ServerEnv } from './env.ts';

/** The accounts that the environment asks for; `null` when whoever reaches the server may use it. */
export function openAccounts(env: ServerEnv): Accounts | null {
  const { AUTH_SECRET: secret, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = env;
  if (secret === undefined) return null;
  const jwksUrl = env.AUTH_JWKS_URL === undefined ? undefined : new URL(env.AUTH_JWKS_URL);
  return createJwtAccounts({ secret, issuer, audience, jwksUrl });
}
