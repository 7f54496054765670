/**
 * Returns the URL of a path on the server.
 * @param base the server's URL, including the path prefix of a proxy if there is one:
 *   `https://example.com/runtape`. In a browser it may be relative to the page.
 * @param path the path below the base: `/api/events`. Empty for the base itself, with a trailing
 *   slash.
 * @throws TypeError when the base is not a URL.
 */
export function serverUrl(base: string, path: string): string {
  const url = new URL(base, globalThis.location?.href);
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return new URL(path.replace(/^\//, ''), url).href;
}
