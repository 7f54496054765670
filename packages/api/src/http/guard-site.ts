import { ApiError } from '../errors.ts';

/**
 * Refuses what a page from elsewhere makes a browser send: with it, it could start and cancel workflows. JSON it cannot send
 * without asking first; a GET, or a POST without a body, it could.
 * @throws ApiError `cross_site`.
 */
export function guardSite(request: Request): void {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json' || isFromHere(request)) return;
  throw new ApiError(
    'cross_site',
    'A page of another site may not do this. Open the page of this server, or use a client that is no browser.',
  );
}

/** A client that is no browser says nothing of where a request comes from. */
function isFromHere({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  const origin = headers.get('origin');
  if (origin === null) return true;
  return URL.parse(origin)?.host === (headers.get('host') ?? new URL(url).host);
}
