import { readdir, readFile } from 'node:fs/promises';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

const YEAR_SECONDS = 31_536_000;

/**
 * Serves the built page: hashed files are cached forever, others revalidated. All other paths get
 * the page, which does its own routing.
 */
export function servePage(folder: string): Hono {
  const page = new Hono();
  page.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        workerSrc: ["'self'"],
        // Images load from anywhere, after a click.
        imgSrc: ["'self'", 'data:', 'https:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
      },
      // Loopback has no TLS, and browsers would apply the header to other programs on the host.
      strictTransportSecurity: false,
    }),
  );
  page.use('/assets/*', cacheFor(YEAR_SECONDS), serveStatic({ root: folder, precompressed: true }));
  page.get('/assets/*', (c) => c.text('Not found', 404));
  page.get('/fonts/:name{[a-z-]+\\.woff2}', async (c) => {
    const font = await findFont(folder, c.req.param('name'));
    c.header('Cache-Control', 'no-cache');
    return font === undefined ? c.text('Not found', 404) : c.redirect(`../assets/${font}`);
  });
  page.use('*', cacheFor(0), serveStatic({ root: folder, precompressed: true }));
  page.get('*', async (c) => {
    const text = await readFile(`${folder}/index.html`, 'utf8');
    return c.html(text.replaceAll(/(?<=\s(?:href|src)=")\.\//g, pathToRoot(c.req.path)));
  });
  return page;
}

/**
 * The relative path from a page to the root, such as `../` for `/workflows/wf_1`. Relative links
 * work below any path of a proxy.
 */
function pathToRoot(path: string): string {
  return '../'.repeat(path.split('/').length - 2) || './';
}

/** Other pages use the fonts of the page without knowing their hashes. */
async function findFont(folder: string, name: string): Promise<string | undefined> {
  const begin = name.replace(/\.woff2$/, '-latin-wght-normal-');
  const files = await readdir(`${folder}/assets`);
  return files.find((file) => file.startsWith(begin) && file.endsWith('.woff2'));
}

/** `onFound` of `serveStatic` comes too late for a header. */
function cacheFor(seconds: number): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (!c.res.ok) return;
    c.header('Cache-Control', seconds > 0 ? `public, max-age=${seconds}, immutable` : 'no-cache');
  };
}
