import type { Accounts } from '@runtape/api';
import { Hono } from 'hono';
import type { Measure } from './measure.ts';

/** What is counted, for Prometheus; with accounts on, for those who may see everything. */
export function serveMetrics({
  measure,
  accounts,
  beforeRead,
}: {
  readonly measure: Measure;
  readonly accounts: Accounts | null;
  readonly beforeRead: () => void;
}): Hono {
  const metrics = new Hono();
  metrics.get('/', async (c) => {
    if (accounts !== null && !(await mayLook(accounts, c.req.raw))) {
      return c.text('Send the token of a user who may see everything.\n', 401);
    }
    beforeRead();
    const { contentType, text } = await measure.expose();
    return c.body(text, 200, { 'Content-Type': contentType });
  });
  return metrics;
}

async function mayLook(accounts: Accounts, request: Request): Promise<boolean> {
  try {
    return (await accounts.identify(request)).seesAll;
  } catch {
    return false;
  }
}
