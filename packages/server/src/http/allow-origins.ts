import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

const HOUR_SECONDS = 3600;

/**
 * Lets pages of other origins read what is answered (CORS), if their origin is named. They ask
 * without cookies: a page that is to act as somebody sends their token. Answers to all others are
 * as without.
 * @param allowedOrigins as browsers write them; `null`, the origin of nobody in particular, is
 *   never one of them.
 */
export function letOriginsAsk(allowedOrigins: ReadonlySet<string>): MiddlewareHandler {
  const answer = cors({
    origin: (origin) => (allowedOrigins.has(origin) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'Last-Event-ID',
      'Cache-Control',
      'trpc-accept',
      'x-trpc-source',
    ],
    exposeHeaders: ['Location', 'Retry-After', 'Workflow-Id'],
    maxAge: HOUR_SECONDS,
    credentials: false,
  });
  return async (c, next) => {
    const origin = c.req.header('origin');
    if (origin !== undefined && allowedOrigins.has(origin)) return await answer(c, next);
    await next();
    // A cache must not give the answer for one origin to another.
    c.header('Vary', 'Origin', { append: true });
    return undefined;
  };
}
