import { requireUser } from '../accounts/require-user.ts';
import type { ApiContext } from '../http/request-context.ts';

/**
 * What the streams of this server came to since it started, and the workflows that were started
 * through it.
 */
export function statistics(ctx: ApiContext) {
  requireUser(ctx);
  const { streams, workflows } = ctx.metrics;
  // Not awaited: an unavailable log must not delay the response, and the next call shows the
  // result.
  void workflows.collect(ctx.log);
  return { ...streams.report(), workflows: workflows.totals };
}
