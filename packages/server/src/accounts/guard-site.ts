import { ApiError } from '../errors/api-error.ts';

/**
 * Refuses a request that a page of another site made a browser send; it could start and cancel
 * workflows. A browser asks before it sends JSON (CORS), but not before a GET or a POST without a
 * body.
 * @param allowedOrigins origins of other sites that are allowed.
 * @throws ApiError `cross_site`.
 */
export function guardSite(request: Request, allowedOrigins: ReadonlySet<string>): void {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const origin = request.headers.get('origin');
  if (type === 'application/json' || isSameOriginOrDirect(request)) return;
  if (origin !== null && allowedOrigins.has(origin)) return;
  throw crossSite();
}

/**
 * Refuses a request that a page of any other origin made a browser send.
 * @throws ApiError `cross_site`.
 */
export function guardOwnSite(request: Request): void {
  if (!isSameOriginOrDirect(request) || !isFromOwnSite(request)) throw crossSite();
}

/**
 * Whether a request does not come from a page of another origin. Browsers send `Origin` with every
 * cross-origin request whose response a script may read; other clients do not send it.
 */
export function isFromOwnSite({ headers, url }: Request): boolean {
  const origin = headers.get('origin');
  if (origin === null || headers.get('sec-fetch-site') === 'same-origin') return true;
  return URL.parse(origin)?.host === (headers.get('host') ?? new URL(url).host);
}

function isSameOriginOrDirect(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  return isFromOwnSite(request);
}

function crossSite(): ApiError {
  return new ApiError(
    'cross_site',
    'A page of another site may not do this. Open the page of this server, or use a client that is no browser.',
  );
}
