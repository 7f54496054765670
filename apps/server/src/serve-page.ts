import { readFile } from 'node:fs/promises';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
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
  page.use('/assets/*', cacheFor(YEAR_SECONDS), serveStatic({ root: folder, precompressed: true }));
  page.get('/assets/*', (c) => c.text('Not found', 404));
  page.use('*', cacheFor(0), serveStatic({ root: folder, precompressed: true }));
  page.get('*', async (c) => c.html(await readFile(`${folder}/index.html`, 'utf8')));
  return page;
}

/** For what is there. `onFound` of `serveStatic` comes too late for a header. */
function cacheFor(seconds: number): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (!c.res.ok) return;
    c.header('Cache-Control', seconds > 0 ? `public, max-age=${seconds}, immutable` : 'no-cache');
  };
}
