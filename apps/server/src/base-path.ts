import type { IncomingMessage } from 'node:http';

/**
 * Removes the proxy's path from a request before anything reads it. A request without it stays as
 * it is, since some proxies remove it themselves.
 * @param basePath such as `/runtape`; empty for none.
 */
export function stripBasePath(request: IncomingMessage, basePath: string): void {
  const { url = '/' } = request;
  if (basePath !== '' && url.startsWith(`${basePath}/`)) request.url = url.slice(basePath.length);
}
