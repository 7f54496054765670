import { generateCookie } from 'hono/cookie';
import { isWorkflowId, type WorkflowId } from '@runtape/events';

const SESSION = 'runtape_session';
const SHARE = 'runtape_share_';
/**
 * Over TLS: no other host, and no page on plain HTTP, can set a cookie of this name (RFC 6265bis).
 */
const HOST = '__Host-';
/** For a cookie of one path; a `__Host-` cookie belongs to all paths. */
const SECURE = '__Secure-';
/** The number of the shortest possible cookies that fit into the headers of a request. */
const MAX_READ = 250;
/** The limit of browsers for one cookie, including its name and attributes. */
const MAX_COOKIE_BYTES = 4096;
/** 400 days, the limit of browsers. */
const MAX_AGE_SECONDS = 400 * 24 * 3600;

/** The cookie of a share link that a browser has opened. */
export interface ShareCookie {
  readonly workflowId: WorkflowId;
  readonly value: string;
}

export interface CookieTokens {
  readonly session: string | null;
  readonly shares: readonly ShareCookie[];
}

/** Whether a request came over TLS, according to its URL or the proxy. */
export function isOverTls({ url, headers }: Request): boolean {
  const forwarded = headers.get('x-forwarded-proto')?.split(',')[0]?.trim();
  return forwarded === 'https' || new URL(url).protocol === 'https:';
}

/**
 * Returns the tokens in the cookies of a request.
 * @param basePath as in `CookieOptions`: cookies of other servers on the same host are ignored.
 */
export function readCookies(request: Request, basePath: string): CookieTokens {
  // `getCookie` of hono would return the first of two cookies with the same name.
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
    // At least one of two cookies was not set by this server, and it is unknown which.
    session: sessions.size === 1 ? session : null,
    shares: Array.from(shares, ([workflowId, value]) => ({ workflowId, value })),
  };
}

export interface CookieOptions {
  /** In seconds; 0 removes it. */
  readonly maxAge: number;
  /** Whether the page came over TLS; the cookie is then sent only over TLS. */
  readonly secure: boolean;
  /** The path below which the page is served, such as `/runtape`; empty for the whole host. */
  readonly basePath: string;
}

/** Makes a cookie that scripts cannot read and that requests from other sites do not include. */
export function sessionCookie(token: string, options: CookieOptions): string {
  return cookie(SESSION, token, options);
}

export function shareCookie(workflowId: WorkflowId, value: string, options: CookieOptions): string {
  return cookie(`${SHARE}${workflowId}`, value, options);
}

/** Whether a cookie is small enough for browsers, which silently drop larger ones. */
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

/** The path is part of the name, because a browser also sends the cookies of parent paths. */
function prefixOf({ secure, basePath }: Pick<CookieOptions, 'secure' | 'basePath'>): string {
  if (basePath === '') return secure ? HOST : '';
  return `${secure ? SECURE : ''}${encodeURIComponent(basePath)}_`;
}
