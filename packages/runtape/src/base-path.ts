import { RuntapeError } from './errors.ts';

const BASE_PATH = /^(?:\/[\w.~-]+)*$/;
/** What the API serves below the base path. */
const OWN_PATH = /^\/(?:api|trpc)\//;

/**
 * Returns a base path without a slash at its end.
 * @throws RuntapeError `invalid_option` when it is not a path.
 */
export function readBasePath(given: string): string {
  const path = given.replace(/\/$/, '');
  if (BASE_PATH.test(path)) return path;
  throw new RuntapeError(
    'invalid_option',
    `The option \`basePath\` is a path such as "/runtape", not "${given.slice(0, 100)}".`,
  );
}

/**
 * Returns a request without the base path. One without it stays as it is: some routers and proxies
 * have removed it.
 */
export function withoutBasePath(request: Request, basePath: string): Request {
  if (basePath === '') return request;
  const url = new URL(request.url);
  const path = url.pathname.slice(basePath.length);
  if (!url.pathname.startsWith(`${basePath}/`) || !OWN_PATH.test(path)) return request;
  url.pathname = path;
  return new Request(url, request);
}
