/**
 * The page's URL, with a slash at the end. A proxy may serve it below a path that the server does
 * not know, such as `https://example.com/runtape/`, so it is derived from the URL of this script,
 * which is in a folder below it. In tests the script is a file, and the page is at `/`.
 */
const home = import.meta.url.startsWith('http')
  ? new URL('..', import.meta.url)
  : new URL('/', location.origin);

/** The prefix of all paths of the page, without a slash at the end; usually empty. */
export const basePath = home.pathname.replace(/\/$/, '');

/**
 * Returns a URL on the page's server.
 * @param path the path on the server, such as `/api/docs`; empty for the page itself.
 */
export function pageUrl(path: string): string {
  return `${home.origin}${basePath}${path}`;
}
