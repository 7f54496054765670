import { type Accounts, ApiError } from '@runtape/server';
import { Hono } from 'hono';
import type { Metrics } from './metrics.ts';

/** The metrics for Prometheus; with accounts, only for users who see everything. */
export function serveMetrics({
  metrics,
  accounts,
  beforeRead,
}: {
  readonly metrics: Metrics;
  readonly accounts: Accounts | null;
  readonly beforeRead: () => void;
}): Hono {
  const app = new Hono();
  app.get('/', async (c) => {
    if (accounts !== null) {
      const refusal = await refusalOf(accounts, c.req.raw);
      if (refusal !== null) return refusal;
    }
    beforeRead();
    const { contentType, text } = await metrics.expose();
    return c.body(text, 200, { 'Content-Type': contentType });
  });
  return app;
}

/** @returns `null` when the request is allowed. */
async function refusalOf(accounts: Accounts, request: Request): Promise<Response | null> {
  try {
    const { seesAll } = await accounts.identify(request);
    if (seesAll) return null;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'identity_provider_unavailable') {
      return new Response(`${error.message}\n`, { status: 503 });
    }
  }
  return new Response('Send the token of a user who may see everything.\n', { status: 401 });
}
