import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Accounts } from '@runtape/server';
import { compressAnswer, compressStream, drainRequestBody, serveStream } from '@runtape/node-http';
import { servePage } from '@runtape/node-http/page';
import { Hono } from 'hono';
import type { ClientAddresses } from './client-address.ts';
import { closeStale, staleAfterMs } from './close-stale.ts';
import type { ServerEnv } from './env.ts';
import type { Metrics } from './metrics.ts';
import { serveErrorPages } from './serve-error-pages.ts';
import { serveMetrics } from './serve-metrics.ts';

const SECOND_MS = 1000;

export interface RequestsOptions {
  readonly env: Pick<ServerEnv, 'STALE_SECONDS' | 'HEARTBEAT_SECONDS' | 'BASE_PATH'>;
  readonly api: (request: Request) => Promise<Response>;
  readonly addresses: ClientAddresses;
  readonly metrics: Metrics;
  readonly accounts: Accounts | null;
  /** Called before each read of the metrics. */
  readonly beforeMetrics: () => void;
  /** The folder of the built page. Default: only the API is served. */
  readonly page: string | undefined;
}

/** All routes of the server: the API, the metrics, the pages of errors, and the page. */
export function serveRequests(options: RequestsOptions): Hono<{ Bindings: HttpBindings }> {
  const { env, api, addresses, metrics, accounts, page } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();
  const staleTimes = {
    staleMs: env.STALE_SECONDS * SECOND_MS,
    heartbeatMs: env.HEARTBEAT_SECONDS * SECOND_MS,
  };
  const stale = { afterMs: staleAfterMs(staleTimes), onEnded: metrics.staleEnded };
  const { BASE_PATH: basePath = '' } = env;
  // The relative links of the page need the slash.
  if (basePath !== '') app.get(basePath, (c) => c.redirect(`${basePath}/`, 308));
  app.use(closeStale({ ...staleTimes, onEnded: stale.onEnded }));
  for (const path of ['/api/*', '/trpc/*']) {
    app.all(path, async (c) => {
      addresses.record(c);
      const { raw: request } = c.req;
      const answer = await api(request);
      await drainRequestBody(answer, c.env.incoming);
      const stream = compressStream(request, answer);
      const { outgoing } = c.env;
      const sending = { outgoing, stale, releasesRequest: true };
      if (stream !== null && serveStream(answer, { ...stream, ...sending })) {
        return RESPONSE_ALREADY_SENT;
      }
      return compressAnswer(request, answer);
    });
  }
  app.route('/metrics', serveMetrics({ metrics, accounts, beforeRead: options.beforeMetrics }));
  app.route('/docs/errors', serveErrorPages());
  if (page !== undefined) app.route('/', servePage(page));
  return app;
}
