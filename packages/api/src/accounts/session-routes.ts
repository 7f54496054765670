import { Hono } from 'hono';
import { z } from 'zod';
import { ApiError } from '../errors.ts';
import type { Accounts } from './accounts.ts';
import { sessionCookie, shareCookie } from './cookies.ts';
import { type Identity, isKnown } from './identity.ts';

const SECOND_MS = 1000;
const MAX_TOKEN_LENGTH = 8192;

const tokenSchema = z.string().min(1).max(MAX_TOKEN_LENGTH);
const signInSchema = z.union([
  z.strictObject({ token: tokenSchema }),
  z.strictObject({ share: tokenSchema }),
]);

/** Who the page's user is, and what the page must know of the server. */
export interface SessionInfo {
  /** Whether people sign in on this server at all. */
  readonly accounts: boolean;
  readonly signedIn: boolean;
  readonly user: { readonly id: string; readonly name: string | null } | null;
  /** For how long they are signed in from now on, in ms; after that the page asks to sign in again. */
  readonly expiresInMs?: number | undefined;
  /** How many days workflows are kept after their end, where that is known. */
  readonly keptDays?: number | undefined;
}

/**
 * Signs the page's user in and out, with a cookie that only the server reads:
 * `GET` says who is signed in, `POST {token}` signs in, `POST {share}` takes up a link to one workflow, `DELETE` signs out.
 */
export function sessionRoutes(
  accounts: Accounts | null,
  options: {
    readonly identify: (request: Request) => Promise<Identity>;
    readonly now: () => number;
    readonly keptDays?: number | undefined;
  },
): Hono {
  const { identify, now, keptDays } = options;
  const describe = (identity: Identity | null): SessionInfo => ({
    ...whoIs(accounts, identity),
    ...(isSignedIn(identity) && { expiresInMs: Math.max(0, identity.until - now()) }),
    ...(keptDays !== undefined && { keptDays }),
  });
  const routes = new Hono();
  routes.get('/', async (c) => c.json(describe(await orNobody(() => identify(c.req.raw)))));
  routes.post('/', async (c) => {
    if (accounts === null) {
      throw new ApiError('invalid_input', 'Nobody signs in on this server: it has no accounts.');
    }
    const asked = signInSchema.safeParse(await c.req.json().catch(() => null));
    if (!asked.success) {
      throw new ApiError('invalid_input', 'Send {"token": "…"} to sign in, or {"share": "…"}.');
    }
    const secure = new URL(c.req.url).protocol === 'https:' || isForwardedTls(c.req.raw);
    if ('share' in asked.data) {
      const { share } = asked.data;
      const { workflowId, until } = await accounts.readShare(share);
      const maxAge = (until - now()) / SECOND_MS;
      c.header('Set-Cookie', shareCookie(workflowId, share, { maxAge, secure }));
      return c.json({ workflowId });
    }
    const { token } = asked.data;
    const identity = await accounts.signIn(token);
    const maxAge = ((identity.until ?? now()) - now()) / SECOND_MS;
    c.header('Set-Cookie', sessionCookie(token, { maxAge, secure }));
    return c.json(describe(identity));
  });
  routes.delete('/', (c) => {
    c.header('Set-Cookie', sessionCookie('', { maxAge: 0, secure: false }));
    return c.body(null, 204);
  });
  return routes;
}

/** Somebody, and not for ever. */
function isSignedIn(identity: Identity | null): identity is Identity & { until: number } {
  return identity !== null && identity.userId !== null && identity.until !== null;
}

function whoIs(accounts: Accounts | null, identity: Identity | null): SessionInfo {
  const { userId = null, name = null } = identity ?? {};
  return {
    accounts: accounts !== null,
    signedIn: identity !== null && isKnown(identity),
    user: userId === null ? null : { id: userId, name },
  };
}

/** A session that has expired is no session; the page asks to sign in again. */
async function orNobody(identify: () => Promise<Identity>): Promise<Identity | null> {
  try {
    return await identify();
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthorized') return null;
    throw error;
  }
}

function isForwardedTls({ headers }: Request): boolean {
  return headers.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
}
