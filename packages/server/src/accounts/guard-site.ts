import { ApiError } from '../errors/api-error.ts';

/**
 * Refuses what a page from elsewhere makes a browser send: with it, it could start and cancel
 * workflows. JSON it cannot send without asking first; a GET, or a POST without a body, it could.
 * @param allowedOrigins origins of pages elsewhere that may.
 * @throws ApiError `cross_site`.
 */
export function guardSite(request: Request, allowedOrigins: ReadonlySet<string>): void {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const origin = request.headers.get('origin');
  if (type === 'application/json' || isSentFromHere(request)) return;
  if (origin !== null && allowedOrigins.has(origin)) return;
  throw crossSite();
}

/**
 * Refuses what any page but one of this server makes a browser send, in whatever form.
 * @throws ApiError `cross_site`.
 */
export function guardOwnSite(request: Request): void {
  if (!isSentFromHere(request) || !isFromOwnSite(request)) throw crossSite();
}

/**
 * Tells whether a request does not come from a page of another origin. Pages say so themselves with
 * whatever they let a script read the answer of; a client that is no browser says nothing.
 */
export function isFromOwnSite({ headers, url }: Request): boolean {
  const origin = headers.get('origin');
  if (origin === null || headers.get('sec-fetch-site') === 'same-origin') return true;
  return URL.parse(origin)?.host === (headers.get('host') ?? new URL(url).host);
}

function isSentFromHere(request: Request): boolean {
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
