/**
 * Where the page is served, with a slash at the end. A proxy may serve it below a path that the server does not know, such as
 * `https://example.com/runtape/`: this script is in a folder of that place. In tests it is a file, and the page is at `/`.
 */
const home = import.meta.url.startsWith('http')
  ? new URL('..', import.meta.url)
  : new URL('/', location.origin);

/** The path that all paths of the page begin with, without a slash at the end: empty, unless it is served below one. */
export const basePath = home.pathname.replace(/\/$/, '');

/**
 * The URL of something that the server of this page offers.
 * @param path as the server knows it, e.g. `/api/docs`; empty for the page itself.
 */
export function pageUrl(path: string): string {
  return `${home.origin}${basePath}${path}`;
}
