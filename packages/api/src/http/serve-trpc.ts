import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ApiContext } from '../api-context.ts';
import { ApiError } from '../errors.ts';
import type { AppRouter } from '../router.ts';
import type { Serving } from '../routes/route.ts';
import { MAX_BODY_BYTES } from './read-json.ts';

/** tRPC at `/trpc/*`. */
export function serveTrpc(router: AppRouter, { context, report }: Serving): Hono {
  const app = new Hono();
  app.use('/trpc/*', limitBody());
  app.all('/trpc/*', async ({ req: { raw: req } }) => {
    refuseForms(req);
    return await fetchRequestHandler({
      endpoint: '/trpc',
      req,
      router,
      createContext: (): ApiContext => context,
      onError: ({ error, path }) => report(error, path ?? '/trpc'),
    });
  });
  return app;
}

function limitBody() {
  return bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new ApiError('payload_too_large', 'The request is larger than 2 MB.');
    },
  });
}

/** JSON cannot be sent from another origin without asking first; the types a form can send could. */
function refuseForms({ method, headers }: Request): void {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (method === 'POST' && type !== 'application/json') {
    throw new ApiError('unsupported_media_type', 'Send the input as application/json.');
  }
}
