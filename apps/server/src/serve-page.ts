import { readFile } from 'node:fs/promises';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

const YEAR_SECONDS = 31_536_000;

/**
 * Serves the built page: files with a hash in their name for ever, everything else fresh, and the page itself for any
 * other path, since the page finds its way by the URL.
 */
export function servePage(folder: string): Hono {
  const page = new Hono();
  page.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        workerSrc: ["'self'"],
        // Images that a person asked to see come from anywhere; nothing else does.
        imgSrc: ["'self'", 'data:', 'https:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
      },
      // Loopback has no TLS, and the header would stick to the host name for other programs.
      strictTransportSecurity: false,
    }),
  );
  page.use(
    '/assets/*',
    serveStatic({ root: folder, onFound: (_path, c) => cacheFor(c, YEAR_SECONDS) }),
  );
  page.get('/assets/*', (c) => c.text('Not found', 404));
  page.use('*', serveStatic({ root: folder, onFound: (_path, c) => cacheFor(c, 0) }));
  page.get('*', async (c) => {
    cacheFor(c, 0);
    return c.html(await readFile(`${folder}/index.html`, 'utf8'));
  });
  return page;
}

function cacheFor(c: Context, seconds: number): void {
  c.header('Cache-Control', seconds > 0 ? `public, max-age=${seconds}, immutable` : 'no-cache');
}
