import { generateCookie } from 'hono/cookie';
import { isWorkflowId, type WorkflowId } from '@runtape/events';

const SESSION = 'runtape_session';
const SHARE = 'runtape_share_';
/**
 * Over TLS: no other host and no page on plain HTTP can set a cookie of such a name for ours (RFC
 * 6265bis).
 */
const HOST = '__Host-';
/** The same for a cookie of one path: a `__Host-` one belongs to all of them. */
const SECURE = '__Secure-';
/** As many of the shortest as fit into the headers of a request. */
const MAX_READ = 250;
/** What browsers keep of one cookie, with its name and attributes. */
const MAX_COOKIE_BYTES = 4096;
/** 400 days: browsers keep no cookie for longer. */
const MAX_AGE_SECONDS = 400 * 24 * 3600;

/** What a browser keeps of a link that was taken up. */
export interface ShareCookie {
  readonly workflowId: WorkflowId;
  readonly value: string;
}

export interface CookieTokens {
  readonly session: string | null;
  readonly shares: readonly ShareCookie[];
}

/** Whether a request came over TLS, as far as the server or the proxy before it says. */
export function isOverTls({ url, headers }: Request): boolean {
  const forwarded = headers.get('x-forwarded-proto')?.split(',')[0]?.trim();
  return forwarded === 'https' || new URL(url).protocol === 'https:';
}

/**
 * The tokens in the cookies of a request.
 * @param basePath where the server is, as in `CookieOptions`: the cookies of other servers of the
 *   host are none of its own.
 */
export function readCookies(request: Request, basePath: string): CookieTokens {
  // Not by hono's `getCookie`, which takes the first of two cookies of one name.
  const prefix = prefixOf({ secure: isOverTls(request), basePath });
  const sessions = new Set<string>();
  const shares = new Map<WorkflowId, string>();
  for (const pair of request.headers.get('cookie')?.split(';') ?? []) {
    const [name = '', value = ''] = pair.trim().split('=', 2);
    if (!name.startsWith(prefix) || value === '') continue;
    const plain = name.slice(prefix.length);
    if (plain === SESSION) sessions.add(value);
    const workflowId = plain.startsWith(SHARE) ? plain.slice(SHARE.length) : '';
    if (isWorkflowId(workflowId) && shares.size < MAX_READ) shares.set(workflowId, value);
  }
  const [session = null] = sessions;
  return {
    // Two were not both set by us, and nobody can tell which one was.
    session: sessions.size === 1 ? session : null,
    shares: Array.from(shares, ([workflowId, value]) => ({ workflowId, value })),
  };
}

export interface CookieOptions {
  /** In seconds; 0 removes it. */
  readonly maxAge: number;
  /** The page came over TLS, so the cookie never goes without. */
  readonly secure: boolean;
  /** The path below which the page is served, such as `/runtape`; empty for the whole host. */
  readonly basePath: string;
}

/** A cookie that scripts cannot read and that no other site can make a browser send. */
export function sessionCookie(token: string, options: CookieOptions): string {
  return cookie(SESSION, token, options);
}

export function shareCookie(workflowId: WorkflowId, value: string, options: CookieOptions): string {
  return cookie(`${SHARE}${workflowId}`, value, options);
}

/** Tells whether browsers keep a cookie; one that is too large they drop without a word. */
export function isKept(setCookie: string): boolean {
  return setCookie.length <= MAX_COOKIE_BYTES;
}

function cookie(name: string, token: string, options: CookieOptions): string {
  const { maxAge, secure, basePath } = options;
  return generateCookie(prefixOf(options) + name, token, {
    httpOnly: true,
    sameSite: 'Strict',
    path: basePath === '' ? '/' : basePath,
    maxAge: Math.min(Math.max(0, maxAge), MAX_AGE_SECONDS),
    secure,
  });
}

/** Names the path too: below it, a browser also sends the cookies of the paths above. */
function prefixOf({ secure, basePath }: Pick<CookieOptions, 'secure' | 'basePath'>): string {
  if (basePath === '') return secure ? HOST : '';
  return `${secure ? SECURE : ''}${encodeURIComponent(basePath)}_`;
}
