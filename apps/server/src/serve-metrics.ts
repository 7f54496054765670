import type { Accounts } from '@runtape/api';
import { Hono } from 'hono';
import type { Measure } from './measure.ts';

/** What is counted, for Prometheus; with accounts on, for those who may see everything. */
export function serveMetrics({ expose }: Measure, accounts: Accounts | null): Hono {
  const metrics = new Hono();
  metrics.get('/', async (c) => {
    if (accounts !== null && !(await mayLook(accounts, c.req.raw))) {
      return c.text('Send the token of a user who may see everything.\n', 401);
    }
    const { contentType, text } = await expose();
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
