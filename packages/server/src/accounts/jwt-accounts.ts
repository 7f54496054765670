import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { ApiError } from '../errors/api-error.ts';
import { isFromOwnSite } from './guard-site.ts';
import type { IssuedToken } from '@runtape/contract';
import type { Accounts, TakenLink } from './accounts.ts';
import { readCookies, type ShareCookie } from './cookies.ts';
import type { Identity } from './identity.ts';
import { ProviderKeys } from './provider-keys.ts';
import { ShareSeal } from './share-seal.ts';

const SECOND_MS = 1000;
/**
 * In the header of our own tokens, so that one for looking at a workflow is never taken for one to
 * sign in with. RFC 8725, 3.11.
 */
const SHARE_TYPE = 'runtape-share+jwt';
/** The scope of those who see the workflows of everybody. */
export const ALL_SCOPE = 'runtape:all';
const HMAC = ['HS256'];
const PUBLIC_KEY = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** For tokens of somebody whose clock is ahead of ours. */
const CLOCK_TOLERANCE_SECONDS = 5;
/**
 * A JWT in its compact form (RFC 7515, 7.1). What reads it is lenient about blanks, which no header
 * or cookie can carry.
 */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const MAX_USER_LENGTH = 255;
const MAX_NAME_LENGTH = 200;

const userSchema = z.object({
  sub: z.string().min(1).max(MAX_USER_LENGTH),
  // For people only: an odd one keeps nobody out.
  name: z.string().max(MAX_NAME_LENGTH).optional().catch(undefined),
  scope: z
    .union([z.string().transform((scopes) => scopes.split(' ')), z.array(z.string())])
    .optional(),
  exp: z.number(),
});
const shareSchema = z.object({ workflow: workflowIdSchema, exp: z.number() });

export interface JwtAccountsOptions {
  /**
   * Signs and checks tokens (HS256), and signs links that are shared. At least 32 characters.
   * Default: only tokens of `provider` are good, and nothing can be shared.
   */
  readonly secret?: string | undefined;
  /** Somebody else who signs. Default: nobody does. */
  readonly provider?: IdentityProvider | undefined;
  /** The `iss` of people's tokens. Default: any, or that of `provider`. */
  readonly issuer?: string | undefined;
  /** The `aud` of people's tokens. Default: any, or that of `provider`. */
  readonly audience?: string | undefined;
  /**
   * The path below which a proxy serves the page, such as `/runtape`: cookies belong to that path
   * alone, so that servers below several paths of one host do not sign each other's users out.
   * Default: empty, for the whole host.
   */
  readonly basePath?: string | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Who signs tokens with keys of its own. Such keys are good for many programs; the tokens for this
 * one say so.
 */
export interface IdentityProvider {
  /** Where it publishes its keys, as a JWK Set. */
  readonly jwksUrl: URL;
  readonly issuer: string;
  readonly audience: string;
  /** Hears why its keys could not be had. Default: nobody does. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Accounts by JSON Web Token (RFC 7519): `sub` is the user, `scope` with `runtape:all` lets them
 * see everything, `exp` is required.
 * @returns accounts that keep nothing: whoever has a good token is who it says, until it expires.
 * @throws TypeError without a secret and a provider: nobody could sign in.
 */
export function createJwtAccounts(options: JwtAccountsOptions): Accounts {
  const { provider, basePath = '', now = Date.now } = options;
  if (options.secret === undefined && provider === undefined) {
    throw new TypeError('Accounts need a secret or an identity provider.');
  }
  const secret = options.secret === undefined ? null : new TextEncoder().encode(options.secret);
  const keys =
    provider && new ProviderKeys({ url: provider.jwksUrl, now, onError: provider.onError });
  const { issuer = provider?.issuer, audience = provider?.audience } = options;
  const claims = {
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };

  async function verifyUser(token: string): Promise<JWTPayload> {
    const { alg, typ } = decodeProtectedHeader(token);
    if (typ === SHARE_TYPE) throw unauthorized('This link only lets you look at one workflow.');
    const checks = {
      ...claims,
      currentDate: new Date(now()),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    };
    if (keys !== undefined && (secret === null || !HMAC.includes(alg ?? ''))) {
      return (await jwtVerify(token, keys.get, { ...checks, algorithms: PUBLIC_KEY })).payload;
    }
    if (secret === null) throw unauthorized('The token is not valid here.');
    return (await jwtVerify(token, secret, { ...checks, algorithms: HMAC })).payload;
  }

  async function signIn(token: string): Promise<Identity> {
    if (!COMPACT.test(token)) {
      throw new ApiError(
        'invalid_input',
        'That is no token: one has three parts with dots between them, and no blanks or line breaks. Copy it whole, and nothing else.',
      );
    }
    const { sub, name, scope, exp } = await orUnauthorized(async () =>
      userSchema.parse(await verifyUser(token)),
    );
    const expiresAt = exp * SECOND_MS;
    // The tolerance is for tokens that are not good yet; a stream must not end before its token,
    // nor begin after it.
    if (expiresAt <= now()) throw expired();
    const seesAll = scope?.includes(ALL_SCOPE) ?? false;
    return { userId: sub, name: name ?? null, seesAll, shared: new Map(), expiresAt };
  }

  const links = secret === null ? null : createLinks(secret, now);

  /**
   * A link that has expired, or that another server made, shows nothing; it keeps nobody from what
   * is theirs.
   */
  async function readShares(cookies: readonly ShareCookie[]): Promise<Identity['shared']> {
    if (links === null) return new Map();
    const ends = await Promise.all(
      cookies.map(async (cookie) => [cookie.workflowId, await links.open(cookie)] as const),
    );
    return new Map(
      ends.flatMap(([workflowId, expiresAt]) =>
        expiresAt !== null && expiresAt > now() ? [[workflowId, expiresAt] as const] : [],
      ),
    );
  }

  return {
    isOn: true,
    basePath,
    signIn,
    canShare: links !== null,
    share: async (workflowId, { forMs }) => await demand(links).share(workflowId, forMs),
    takeShare: async (token) => await demand(links).take(token),
    identify: async (request) => {
      const { headers } = request;
      // A page of another origin says who asks, and does not ask as whoever is signed in here.
      const { session, shares } = isFromOwnSite(request)
        ? readCookies(request, basePath)
        : NO_COOKIES;
      const token = bearerOf(headers.get('authorization')) ?? session;
      const shared = await readShares(shares);
      if (token === null) return { ...NOBODY, shared };
      return { ...(await knownBy(token)), shared };
    },
  };

  async function knownBy(token: string): Promise<Identity> {
    try {
      return await signIn(token);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'invalid_input') throw error;
      throw unauthorized(error.message, error);
    }
  }
}

const NOBODY = { userId: null, name: null, seesAll: false, expiresAt: null } as const;
const NO_COOKIES = { session: null, shares: [] } as const;

interface Links {
  share(workflowId: WorkflowId, forMs: number): Promise<IssuedToken>;
  take(token: string): Promise<TakenLink>;
  /**
   * @returns until when a link is good that a browser kept, in ms since 1970; `null` for one that
   *   is not ours, or over.
   */
  open(cookie: ShareCookie): Promise<number | null>;
}

/** Our own clock signs and checks, so a link ends when it says. */
function createLinks(secret: Uint8Array<ArrayBuffer>, now: () => number): Links {
  const seal = new ShareSeal(secret);

  async function read(token: string): Promise<{ workflowId: WorkflowId; expiresAt: number }> {
    const checks = { currentDate: new Date(now()), algorithms: HMAC, typ: SHARE_TYPE };
    const { payload } = await jwtVerify(token, secret, checks);
    const { workflow, exp } = shareSchema.parse(payload);
    return { workflowId: workflow, expiresAt: exp * SECOND_MS };
  }

  return {
    share: async (workflowId, forMs) => {
      const exp = Math.floor((now() + forMs) / SECOND_MS);
      const token = await new SignJWT({ workflow: workflowId })
        .setProtectedHeader({ alg: 'HS256', typ: SHARE_TYPE })
        .setExpirationTime(exp)
        .sign(secret);
      return { token, until: exp * SECOND_MS };
    },
    take: async (token) => {
      if (!COMPACT.test(token)) throw unauthorized('The link is not whole. Copy all of it.');
      const { workflowId, expiresAt } = await orUnauthorized(() => read(token), {
        expired: 'The link has expired.',
        invalid: 'The link is not valid here.',
      });
      return { workflowId, expiresAt, kept: await seal.seal(workflowId, expiresAt) };
    },
    open: async ({ workflowId, value }) => {
      // A browser may still keep the token itself, as an older server had it do.
      if (!COMPACT.test(value)) return await seal.open(workflowId, value);
      const link = await read(value).catch(() => null);
      return link?.workflowId === workflowId ? link.expiresAt : null;
    },
  };
}

function demand(links: Links | null): Links {
  if (links !== null) return links;
  throw new ApiError(
    'sharing_unavailable',
    'Links cannot be shared on this server: it has no AUTH_SECRET to sign them with. Whoever runs it can set one.',
  );
}

/** The token of `Authorization: Bearer …` (RFC 6750, 2.1); `null` when there is none. */
function bearerOf(header: string | null): string | null {
  if (header === null) return null;
  const [, token] = /^bearer +([\w.~+/-]+=*)$/i.exec(header.trim()) ?? [];
  if (token === undefined) throw unauthorized('Send the token as "Authorization: Bearer <token>".');
  return token;
}

const SESSION_WORDS = {
  expired: 'The session has expired. Sign in again.',
  invalid: 'The token is not valid here.',
};

async function orUnauthorized<T>(verify: () => Promise<T>, words = SESSION_WORDS): Promise<T> {
  try {
    return await verify();
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    const isExpired = cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED';
    throw unauthorized(isExpired ? words.expired : words.invalid, cause);
  }
}

function expired(): ApiError {
  return unauthorized(SESSION_WORDS.expired);
}

function unauthorized(message: string, cause?: unknown): ApiError {
  return new ApiError('unauthorized', message, { cause });
}
