import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

const HOUR_SECONDS = 3600;

/**
 * Lets pages of the allowed origins read responses (CORS). Cookies do not count for them: to act
 * for a user, a page sends the user's token. Responses to other origins do not change.
 * @param allowedOrigins as browsers write them; the opaque origin `null` is never allowed
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
    // A cache must not serve the response for one origin to another.
    c.header('Vary', 'Origin', { append: true });
    return undefined;
  };
}
