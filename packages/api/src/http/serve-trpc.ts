import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import type { ApiContext } from '../api-context.ts';
import { ApiError } from '../errors.ts';
import type { AppRouter } from '../router.ts';
import type { Serve, Serving } from '../routes/route.ts';
import { limitBody } from './limit-body.ts';

/** tRPC at `/trpc/*`. */
export function serveTrpc(
  router: AppRouter,
  { serve, report }: { readonly serve: Serve; readonly report: Serving['report'] },
): Hono {
  const app = new Hono();
  app.use('/trpc/*', limitBody());
  app.all('/trpc/*', async ({ req: { raw: req } }) => {
    refuseForms(req);
    return await fetchRequestHandler({
      endpoint: '/trpc',
      req,
      router,
      createContext: async (): Promise<ApiContext> => (await serve(req)).context,
      onError: ({ error, path }) => report(error, path ?? '/trpc'),
    });
  });
  return app;
}

/** JSON cannot be sent from another origin without asking first; the types a form can send could. */
function refuseForms({ method, headers }: Request): void {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (method === 'POST' && type !== 'application/json') {
    throw new ApiError('unsupported_media_type', 'Send the input as application/json.');
  }
}
