import type { IncomingMessage } from 'node:http';

/**
 * Takes the path below which a proxy serves the server off a request, before anything reads it. A request that comes without
 * the path is left as it is: some proxies take it off themselves.
 * @param basePath such as `/runtape`; empty for none.
 */
export function takeOffBasePath(request: IncomingMessage, basePath: string): void {
  const { url = '/' } = request;
  if (basePath !== '' && url.startsWith(`${basePath}/`)) request.url = url.slice(basePath.length);
}
