import type { RedisTls } from '../options.ts';

/**
 * What to check when a connection ends before anything is said.
 * @param how TLS is turned on.
 */
export function tlsHint(isSpoken: boolean, how: string): string {
  return isSpoken
    ? 'that it speaks TLS, and whether it wants a certificate of this client (REDIS_TLS_CERT)'
    : `that it does not speak TLS (${how} if it does)`;
}

/** What ioredis takes for `tls`; `undefined` where none is spoken. */
export function tlsOptions(tls: boolean | RedisTls | undefined): RedisTls | undefined {
  if (tls === undefined || tls === false) return undefined;
  return tls === true ? {} : tls;
}
