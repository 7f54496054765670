/**
 * The URL of something that a server offers.
 * @param base where the server is reached, with the path below which a proxy serves it, if there is
 *   one: `https://example.com/runtape`. In a browser it may be relative to the page.
 * @param path below the base: `/api/events`. Empty for the base itself, with a slash at its end.
 * @throws TypeError when the base is no URL.
 */
export function serverUrl(base: string, path: string): string {
  const url = new URL(base, globalThis.location?.href);
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return new URL(path.replace(/^\//, ''), url).href;
}
