import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { ApiError } from '../errors/api-error.ts';
import { guardOwnSite } from '../accounts/guard-site.ts';
import { readJson } from '../limits/read-json.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { isKept, isOverTls, readCookies, sessionCookie, shareCookie } from '../accounts/cookies.ts';
import { type Identity, isKnown } from '../accounts/identity.ts';

const SECOND_MS = 1000;
/** More than a cookie can hold, so that a user with too long a token gets an explanation. */
const MAX_BODY_BYTES = 16 * 1024;
/**
 * The maximum number of share links in a browser's cookies. Together with the longest session they
 * fit into the header limits of proxies.
 */
const MAX_SHARES = 40;

const signInSchema = z.union([
  z.strictObject({ token: z.string() }),
  z.strictObject({ share: z.string() }),
]);

/** The user of the page, and the settings of the server that the page needs. */
export interface SessionInfo {
  /** Whether users sign in on this server. */
  readonly accounts: boolean;
  /** Whether workflows can be shared by link. */
  readonly canShare: boolean;
  readonly signedIn: boolean;
  readonly user: { readonly id: string; readonly name: string | null } | null;
  /**
   * The remaining time of the session, in ms; after that the page asks the user to sign in again.
   */
  readonly expiresInMs?: number | undefined;
  /** How many days workflows are kept after their end, if that is known. */
  readonly keptDays?: number | undefined;
}

/**
 * Makes the routes that sign the page's user in and out, with a cookie that only the server reads:
 * `GET` returns the user, `POST {token}` signs in, `POST {share}` opens a share link, `DELETE`
 * signs out. All but `GET` are only for the site's own pages: a page of another site could sign its
 * visitor in as another user.
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
    ...describeUser(accounts, identity),
    ...(isSignedIn(identity) && { expiresInMs: Math.max(0, identity.expiresAt - now()) }),
    ...(keptDays !== undefined && { keptDays }),
  });
  const routes = new Hono();
  routes.get('/', async (c) => c.json(describe(await orNull(() => identify(c.req.raw)))));
  routes.post('/', async (c) => {
    guardOwnSite(c.req.raw);
    const sent = signInSchema.safeParse(await readJson(c.req.raw, MAX_BODY_BYTES));
    if (!sent.success) {
      throw new ApiError('invalid_input', 'Send {"token": "…"} to sign in, or {"share": "…"}.');
    }
    if (accounts === null) {
      throw new ApiError('invalid_input', 'Nobody signs in on this server: it has no accounts.');
    }
    if ('share' in sent.data) {
      return c.json({ workflowId: await takeShare(c, accounts, { token: sent.data.share, now }) });
    }
    const { token } = sent.data;
    const identity = await accounts.signIn(token);
    const maxAge = ((identity.expiresAt ?? now()) - now()) / SECOND_MS;
    const { basePath } = accounts;
    const cookie = sessionCookie(token, { maxAge, secure: isOverTls(c.req.raw), basePath });
    if (!isKept(cookie)) throw tokenTooLong(token);
    c.header('Set-Cookie', cookie);
    return c.json(describe(identity));
  });
  routes.delete('/', (c) => {
    guardOwnSite(c.req.raw);
    const { basePath = '' } = accounts ?? {};
    const secure = isOverTls(c.req.raw);
    c.header('Set-Cookie', sessionCookie('', { maxAge: 0, secure, basePath }));
    return c.body(null, 204);
  });
  return routes;
}

/**
 * Stores a share link in a separate cookie, so that two links opened concurrently are both kept.
 */
async function takeShare(
  c: Context,
  accounts: Accounts,
  { token, now }: { readonly token: string; readonly now: () => number },
): Promise<string> {
  const { workflowId, expiresAt, kept } = await accounts.takeShare(token);
  const { basePath } = accounts;
  const secure = isOverTls(c.req.raw);
  const others = readCookies(c.req.raw, basePath).shares.filter(
    (share) => share.workflowId !== workflowId,
  );
  // Browsers send the oldest cookies first; the oldest are removed if there are too many.
  for (const old of others.slice(0, Math.max(0, others.length + 1 - MAX_SHARES))) {
    const gone = shareCookie(old.workflowId, '', { maxAge: 0, secure, basePath });
    c.header('Set-Cookie', gone, { append: true });
  }
  const maxAge = (expiresAt - now()) / SECOND_MS;
  const cookie = shareCookie(workflowId, kept, { maxAge, secure, basePath });
  c.header('Set-Cookie', cookie, { append: true });
  return workflowId;
}

function tokenTooLong({ length }: string): ApiError {
  return new ApiError(
    'token_too_long',
    `The token has ${length} characters, and no browser keeps a session of more than about 4,000. Ask whoever makes it for one that says less, for instance without groups. Programs can send it as it is.`,
  );
}

/** Whether there is a user whose session expires. */
function isSignedIn(identity: Identity | null): identity is Identity & { expiresAt: number } {
  return identity !== null && identity.userId !== null && identity.expiresAt !== null;
}

function describeUser(accounts: Accounts | null, identity: Identity | null): SessionInfo {
  const { userId = null, name = null } = identity ?? {};
  return {
    accounts: accounts !== null,
    canShare: accounts?.canShare ?? false,
    signedIn: identity !== null && isKnown(identity),
    user: userId === null ? null : { id: userId, name },
  };
}

/** Returns `null` for an expired session; the page then asks the user to sign in again. */
async function orNull(identify: () => Promise<Identity>): Promise<Identity | null> {
  try {
    return await identify();
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthorized') return null;
    throw error;
  }
}
