import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { noAccounts } from './accounts/accounts.ts';
import { sessionRoutes } from './accounts/session-routes.ts';
import type { ApiContext, ApiParts } from './api-context.ts';
import { ApiError, statusOf, toApiError } from './errors.ts';
import { guardHost } from './host-guard.ts';
import type { AppRouter } from './router.ts';
import { plainEvents, type PlainEventsOptions } from './sse/plain-events.ts';

const MAX_BODY_BYTES = 2 * 1024 * 1024;
const EVENTS = '/api/workflows/:id/events';

export interface HttpOptions extends Omit<PlainEventsOptions, 'onError' | 'context'> {
  readonly parts: ApiParts;
  readonly addressOf: (request: Request) => string;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly router: AppRouter;
  /** Names the server answers for, without a port; without the option it answers for any. */
  readonly allowedHosts: ReadonlySet<string> | null;
  readonly version: string;
  /** Hears of what went wrong with a request and is not the client's doing. */
  readonly report: (error: unknown, path: string) => void;
}

/** Everything the API answers over HTTP. Errors outside tRPC are JSON: `{error: {code, message, docs}}`. */
export function createHttp(options: HttpOptions): Hono {
  const { parts, allowedHosts, version, report, now } = options;
  const { accounts, draining } = parts;
  const app = new Hono();

  app.onError((thrown, c) => {
    report(thrown, c.req.path);
    return errorResponse(toApiError(thrown));
  });
  app.notFound((c) => {
    throw new ApiError('unknown_route', `There is nothing at ${c.req.path.slice(0, 200)}.`);
  });
  if (allowedHosts !== null) {
    app.use(async (c, next) => {
      guardHost(c.req.raw, allowedHosts);
      await next();
    });
  }

  app.get('/api/health', (c) => {
    const status = draining.aborted ? 'draining' : 'ok';
    return c.json({ status, version }, status === 'ok' ? 200 : 503);
  });
  app.get(EVENTS, async (c) => {
    const onError = (error: unknown) => report(error, c.req.path);
    const context = await contextOf(options, c.req.raw);
    return await plainEvents({ ...options, context, onError }, c.req.raw, c.req.param('id'));
  });
  app.all(EVENTS, () =>
    errorResponse(new ApiError('method_not_allowed', 'Events are read with GET.'), {
      Allow: 'GET, HEAD',
    }),
  );

  app.use('/api/session', limitBody());
  const { identify } = accounts ?? noAccounts;
  app.route('/api/session', sessionRoutes(accounts, { identify, now }));

  app.use('/trpc/*', limitBody());
  app.all('/trpc/*', async (c) => {
    refuseForms(c.req.raw);
    return await serveTrpc(options, c.req.raw);
  });
  return app;
}

/** What a handler works with for one request. @throws ApiError `unauthorized`. */
async function contextOf({ parts, addressOf }: HttpOptions, request: Request): Promise<ApiContext> {
  const identity = await (parts.accounts ?? noAccounts).identify(request);
  return { ...parts, identity, address: addressOf(request) };
}

async function serveTrpc(options: HttpOptions, req: Request) {
  const { router, report } = options;
  return await fetchRequestHandler({
    endpoint: '/trpc',
    req,
    router,
    createContext: () => contextOf(options, req),
    onError: ({ error, path }) => report(error, path ?? '/trpc'),
  });
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

function errorResponse(error: ApiError, headers: Record<string, string> = {}): Response {
  const { code, message, docs } = error;
  const status = statusOf(error);
  return Response.json({ error: { code, message, docs } }, { status, headers });
}
