import { requireUser } from '../accounts/require-user.ts';
import type { ApiContext } from '../http/request-context.ts';

/** What the streams of this server came to since it started, and the workflows that were started through it. */
export function statistics(ctx: ApiContext) {
  requireUser(ctx);
  return { ...ctx.statistics.report(), workflows: ctx.seen.report() };
}
