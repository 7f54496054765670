import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { z } from 'zod';
import { ApiError } from '../errors.ts';
import type { Accounts, IssuedToken } from './accounts.ts';
import { readCookies } from './cookies.ts';
import type { Identity } from './identity.ts';

const SECOND_MS = 1000;
/** In the header of our own tokens, so that one for looking at a workflow is never taken for one to sign in with. RFC 8725, 3.11. */
const SHARE_TYPE = 'runtape-share+jwt';
/** The scope of those who see the workflows of everybody. */
export const ALL_SCOPE = 'runtape:all';
const HMAC = ['HS256'];
const PUBLIC_KEY = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 5;

const userSchema = z.object({
  sub: z.string().min(1).max(200),
  name: z.string().max(200).optional(),
  scope: z.string().optional(),
  exp: z.number(),
});
const shareSchema = z.object({ workflow: workflowIdSchema, exp: z.number() });

export interface JwtAccountsOptions {
  /** Signs and checks tokens (HS256), and signs links that are shared. At least 32 characters. */
  readonly secret: string;
  /** Where an identity provider publishes the keys with which it signs, as a JWK Set. Default: nobody else signs. */
  readonly jwksUrl?: URL | undefined;
  /** The `iss` of people's tokens. Default: any. */
  readonly issuer?: string | undefined;
  /** The `aud` of people's tokens. Default: any. */
  readonly audience?: string | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Accounts by JSON Web Token (RFC 7519): `sub` is the user, `scope` with `runtape:all` lets them see everything, `exp` is required.
 * @returns accounts that keep nothing: whoever has a good token is who it says, until it expires.
 */
export function createJwtAccounts(options: JwtAccountsOptions): Accounts {
  const { issuer, audience, now = Date.now } = options;
  const secret = new TextEncoder().encode(options.secret);
  const keys = options.jwksUrl && createRemoteJWKSet(options.jwksUrl);
  const claims = {
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  const atThisTime = () => ({
    currentDate: new Date(now()),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  });

  async function verifyUser(token: string): Promise<JWTPayload> {
    const { alg, typ } = decodeProtectedHeader(token);
    if (typ === SHARE_TYPE) throw unauthorized('This link only lets you look at one workflow.');
    const checks = { ...claims, ...atThisTime() };
    if (keys !== undefined && !HMAC.includes(alg ?? '')) {
      return (await jwtVerify(token, keys, { ...checks, algorithms: PUBLIC_KEY })).payload;
    }
    return (await jwtVerify(token, secret, { ...checks, algorithms: HMAC })).payload;
  }

  async function signIn(token: string): Promise<Identity> {
    const { sub, name, scope, exp } = await orUnauthorized(async () =>
      userSchema.parse(await verifyUser(token)),
    );
    return {
      userId: sub,
      name: name ?? null,
      seesAll: scope?.split(' ').includes(ALL_SCOPE) ?? false,
      shared: new Set(),
      until: exp * SECOND_MS,
    };
  }

  async function readShare(token: string) {
    const { workflow, exp } = await orUnauthorized(async () => {
      const checks = { ...atThisTime(), algorithms: HMAC, typ: SHARE_TYPE };
      return shareSchema.parse((await jwtVerify(token, secret, checks)).payload);
    });
    return { workflowId: workflow, until: exp * SECOND_MS };
  }

  /** A link that has expired, or that another server made, shows nothing; it keeps nobody from what is theirs. */
  async function readShares(tokens: readonly string[]): Promise<ReadonlyMap<WorkflowId, number>> {
    const read = await Promise.allSettled(tokens.map((token) => readShare(token)));
    return new Map(
      read.flatMap((each) =>
        each.status === 'fulfilled' ? [[each.value.workflowId, each.value.until] as const] : [],
      ),
    );
  }

  return {
    isOn: true,
    signIn,
    readShare,
    identify: async ({ headers }) => {
      const { session, shares } = readCookies(headers.get('cookie'));
      const token = bearerOf(headers.get('authorization')) ?? session;
      const shared = await readShares(shares);
      if (token !== null) return { ...(await signIn(token)), shared: new Set(shared.keys()) };
      return { ...NOBODY, shared: new Set(shared.keys()), until: earliest(shared.values()) };
    },
    share: async (workflowId, { forMs }): Promise<IssuedToken> => {
      const exp = Math.floor((now() + forMs) / SECOND_MS);
      const token = await new SignJWT({ workflow: workflowId })
        .setProtectedHeader({ alg: 'HS256', typ: SHARE_TYPE })
        .setExpirationTime(exp)
        .sign(secret);
      return { token, until: exp * SECOND_MS };
    },
  };
}

const NOBODY = { userId: null, name: null, seesAll: false } as const;

function earliest(times: Iterable<number>): number | null {
  const all = [...times];
  return all.length === 0 ? null : Math.min(...all);
}

/** The token of `Authorization: Bearer …` (RFC 6750, 2.1); `null` when there is none. */
function bearerOf(header: string | null): string | null {
  if (header === null) return null;
  const [, token] = /^bearer +([\w.~+/-]+=*)$/i.exec(header.trim()) ?? [];
  if (token === undefined) throw unauthorized('Send the token as "Authorization: Bearer <token>".');
  return token;
}

async function orUnauthorized<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    const expired = cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED';
    throw unauthorized(
      expired ? 'The session has expired. Sign in again.' : 'The token is not valid here.',
      cause,
    );
  }
}

function unauthorized(message: string, cause?: unknown): ApiError {
  return new ApiError('unauthorized', message, { cause });
}
