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
/** The `typ` of share tokens, so that none of them is accepted for signing in (RFC 8725, 3.11). */
const SHARE_TYPE = 'runtape-share+jwt';
/** The scope of users who may see all workflows. */
export const ALL_SCOPE = 'runtape:all';
const HMAC = ['HS256'];
const PUBLIC_KEY = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** For tokens of an issuer whose clock is ahead. */
const CLOCK_TOLERANCE_SECONDS = 5;
/**
 * A JWT in its compact form (RFC 7515, 7.1). jose also accepts blanks; headers and cookies do not.
 */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const MAX_USER_LENGTH = 255;
const MAX_NAME_LENGTH = 200;

const userSchema = z.object({
  sub: z.string().min(1).max(MAX_USER_LENGTH),
  // Only shown, so an invalid name is ignored.
  name: z.string().max(MAX_NAME_LENGTH).optional().catch(undefined),
  scope: z
    .union([z.string().transform((scopes) => scopes.split(' ')), z.array(z.string())])
    .optional(),
  exp: z.number(),
});
const shareSchema = z.object({ workflow: workflowIdSchema, exp: z.number() });

export interface JwtAccountsOptions {
  /**
   * The secret for signing and checking tokens (HS256), and for signing share links. At least 32
   * characters. Default: only tokens of `provider` are valid, and nothing can be shared.
   */
  readonly secret?: string | undefined;
  /** An identity provider whose tokens are accepted. Default: none. */
  readonly provider?: IdentityProvider | undefined;
  /** The required `iss` of users' tokens. Default: that of `provider`; without a provider, any. */
  readonly issuer?: string | undefined;
  /** The required `aud` of users' tokens. Default: that of `provider`; without a provider, any. */
  readonly audience?: string | undefined;
  /**
   * The path below which a proxy serves the page, such as `/runtape`. Cookies are restricted to it,
   * so that several servers on one host do not sign out each other's users.
   * Default: empty, for the whole host.
   */
  readonly basePath?: string | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * An issuer that signs tokens with its own keys. It also issues tokens for other programs; those
 * for this one have its audience.
 */
export interface IdentityProvider {
  /** The URL of its keys, a JWK Set. */
  readonly jwksUrl: URL;
  readonly issuer: string;
  readonly audience: string;
  /** Called with the reason when its keys cannot be fetched. Default: no call. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Makes accounts from JSON Web Tokens (RFC 7519): `sub` is the user; a `scope` with `runtape:all`
 * allows the user to see everything; `exp` is required. Nothing is stored: a token is valid until
 * it expires.
 * @throws TypeError without a secret and a provider, because no user could sign in.
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
    // The tolerance applies only to tokens that are not valid yet. An expired token must not start
    // a stream, because streams end when their token expires.
    if (expiresAt <= now()) throw expired();
    const seesAll = scope?.includes(ALL_SCOPE) ?? false;
    return { userId: sub, name: name ?? null, seesAll, shared: new Map(), expiresAt };
  }

  const links = secret === null ? null : createLinks(secret, now);

  /** Invalid and expired links are ignored: the user still has their own workflows. */
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
    share: async (workflowId, { forMs }) => await requireLinks(links).share(workflowId, forMs),
    takeShare: async (token) => await requireLinks(links).take(token),
    identify: async (request) => {
      const { headers } = request;
      // Cookies do not count for a page of another origin; it must send a token.
      const { session, shares } = isFromOwnSite(request)
        ? readCookies(request, basePath)
        : NO_COOKIES;
      const token = bearerOf(headers.get('authorization')) ?? session;
      const shared = await readShares(shares);
      if (token === null) return { ...ANONYMOUS, shared };
      return { ...(await authenticate(token)), shared };
    },
  };

  async function authenticate(token: string): Promise<Identity> {
    try {
      return await signIn(token);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'invalid_input') throw error;
      throw unauthorized(error.message, error);
    }
  }
}

const ANONYMOUS = { userId: null, name: null, seesAll: false, expiresAt: null } as const;
const NO_COOKIES = { session: null, shares: [] } as const;

interface Links {
  share(workflowId: WorkflowId, forMs: number): Promise<IssuedToken>;
  take(token: string): Promise<TakenLink>;
  /** @returns when the link of a cookie expires, in ms since 1970; `null` if it is invalid. */
  open(cookie: ShareCookie): Promise<number | null>;
}

/** Without a clock tolerance, because this server both signs and checks links. */
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
      // A cookie from an older server contains the token itself.
      if (!COMPACT.test(value)) return await seal.open(workflowId, value);
      const link = await read(value).catch(() => null);
      return link?.workflowId === workflowId ? link.expiresAt : null;
    },
  };
}

function requireLinks(links: Links | null): Links {
  if (links !== null) return links;
  throw new ApiError(
    'sharing_unavailable',
    'Links cannot be shared on this server: it has no AUTH_SECRET to sign them with. Whoever runs it can set one.',
  );
}

/** Returns the token of `Authorization: Bearer …` (RFC 6750, 2.1); `null` if there is none. */
function bearerOf(header: string | null): string | null {
  if (header === null) return null;
  const [, token] = /^bearer +([\w.~+/-]+=*)$/i.exec(header.trim()) ?? [];
  if (token === undefined) throw unauthorized('Send the token as "Authorization: Bearer <token>".');
  return token;
}

const SESSION_MESSAGES = {
  expired: 'The session has expired. Sign in again.',
  invalid: 'The token is not valid here.',
};

async function orUnauthorized<T>(
  verify: () => Promise<T>,
  messages = SESSION_MESSAGES,
): Promise<T> {
  try {
    return await verify();
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    const isExpired = cause instanceof Error && 'code' in cause && cause.code === 'ERR_JWT_EXPIRED';
    throw unauthorized(isExpired ? messages.expired : messages.invalid, cause);
  }
}

function expired(): ApiError {
  return unauthorized(SESSION_MESSAGES.expired);
}

function unauthorized(message: string, cause?: unknown): ApiError {
  return new ApiError('unauthorized', message, { cause });
}
