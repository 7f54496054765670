import type { WorkflowId } from '@runtape/events';

const SESSION = 'runtape_session';
const SHARE = 'runtape_share_';
/** More than a person opens, and few enough that they fit into a request. */
const MAX_SHARES = 20;

export interface CookieTokens {
  readonly session: string | null;
  readonly shares: readonly string[];
}

/** The tokens in the cookies of a request. */
export function readCookies(header: string | null): CookieTokens {
  let session: string | null = null;
  const shares: string[] = [];
  for (const pair of header?.split(';') ?? []) {
    const [name = '', value = ''] = pair.trim().split('=', 2);
    if (name === SESSION && value !== '') session = value;
    if (name.startsWith(SHARE) && shares.length < MAX_SHARES) shares.push(value);
  }
  return { session, shares };
}

export interface CookieOptions {
  /** In seconds. */
  readonly maxAge: number;
  /** The page came over TLS, so the cookie never goes without. */
  readonly secure: boolean;
}

/** A cookie that scripts cannot read and that no other site can make a browser send. */
export function sessionCookie(token: string, options: CookieOptions): string {
  return cookie(SESSION, token, options);
}

export function shareCookie(workflowId: WorkflowId, token: string, options: CookieOptions): string {
  return cookie(`${SHARE}${workflowId}`, token, options);
}

function cookie(name: string, token: string, { maxAge, secure }: CookieOptions): string {
  const attributes = ['HttpOnly', 'SameSite=Strict', 'Path=/', `Max-Age=${Math.floor(maxAge)}`];
  return [`${name}=${token}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ');
}
