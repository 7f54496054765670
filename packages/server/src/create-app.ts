import { Hono } from 'hono';
import { noAccounts } from './accounts/accounts.ts';
import { sessionRoutes } from './http/session-routes.ts';
import { AnswerBudget } from './limits/answer-budget.ts';
import type { ApiContext, ApiParts, RouteContext } from './http/request-context.ts';
import { ApiError, toApiError, errorResponse } from './errors/api-error.ts';
import { letOriginsAsk } from './http/allow-origins.ts';
import type { Route } from './http/route.ts';
import type { MergedPlugins } from './plugins/merge-plugins.ts';
import { serveTrpc } from './trpc/serve-trpc.ts';
import { describeApi } from './http/openapi/describe-api.ts';
import type { OpenApiDocument } from './http/openapi-document.ts';
import type { AppRouter } from './trpc/router.ts';
import { allRoutesOf } from './operations/all-routes.ts';

export interface AppOptions extends Omit<RouteContext, keyof ApiContext | 'describe'> {
  readonly parts: ApiParts;
  readonly addressOf: (request: Request) => string;
  readonly keptDays: number | undefined;
  readonly plugins: MergedPlugins;
  readonly router: AppRouter;
  readonly sharesStreams: boolean;
  /** The host names that the server accepts, without a port; `null`: any. */
  readonly allowedHosts: ReadonlySet<string> | null;
}

/**
 * Makes the app with all routes. Errors outside tRPC are JSON: `{error: {code, message, docs}}`.
 */
export function createApp(options: AppOptions): Hono {
  const { allowedHosts, allowedOrigins, router, parts, keptDays, sharesStreams } = options;
  const { version, basePath, encoders } = options;
  const { accounts, now, report, startable } = parts;
  const routes = allRoutesOf(startable, options.plugins);
  const { identify } = accounts ?? noAccounts;
  let document: OpenApiDocument | undefined;
  const describe = () =>
    (document ??= describeApi(routes, { version, tags: options.plugins.tags }));
  const ofRoutes = { allowedOrigins, version, basePath, encoders, describe };
  const contextOf = async (request: Request): Promise<RouteContext> => {
    const identity = await identify(request);
    const address = options.addressOf(request);
    return { ...parts, ...ofRoutes, identity, address, answer: new AnswerBudget() };
  };
  const app = new Hono();

  app.onError((thrown, c) => {
    report(thrown, c.req.path);
    return errorResponse(toApiError(thrown));
  });
  app.notFound((c) =>
    errorResponse(
      new ApiError('unknown_route', `There is nothing at ${c.req.path.slice(0, 200)}.`),
    ),
  );
  if (allowedHosts !== null) {
    app.use(async (c, next) => {
      guardHost(c.req.raw, allowedHosts);
      await next();
    });
  }
  if (allowedOrigins.size > 0) app.use(letOriginsAsk(allowedOrigins));
  app.route('/api/session', sessionRoutes(accounts, { identify, now, keptDays }));
  mountRoutes(app, routes, contextOf);
  app.route('/', serveTrpc(router, { contextOf, report, sharesStreams }));
  return app;
}

function mountRoutes(
  app: Hono,
  routes: readonly Route[],
  contextOf: (request: Request) => Promise<RouteContext>,
): void {
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), async (c) =>
      route.answer(c.req.raw, c.req.param(), await contextOf(c.req.raw)),
    );
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allow = allowedAt(routes, path);
    app.all(honoPath(path), (c) => {
      const message = `${c.req.path.slice(0, 200)} does not take ${c.req.method}. It takes ${allow}.`;
      return errorResponse(new ApiError('method_not_allowed', message), { Allow: allow });
    });
  }
}

/** HEAD is allowed wherever GET is. */
function allowedAt(routes: readonly Route[], path: string): string {
  const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
}

/** `/api/workflows/{workflowId}` → `/api/workflows/:workflowId`. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/**
 * Refuses a request for another host name (DNS rebinding): a page of any site can make its own name
 * resolve to loopback and would then be of the same origin, but it cannot send an allowed name.
 * @param allowedHosts names without a port, in lower case.
 * @throws ApiError `host_not_allowed`.
 */
function guardHost(request: Request, allowedHosts: ReadonlySet<string>): void {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  const name = host.replace(/:\d*$/, '').toLowerCase();
  if (allowedHosts.has(name)) return;
  throw new ApiError(
    'host_not_allowed',
    `This server does not answer for "${name.slice(0, 100)}". Whoever runs it can allow the name with ALLOWED_HOSTS.`,
  );
}
