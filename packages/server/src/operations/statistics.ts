import { operations } from '@runtape/contract';
import { requireUser } from '../accounts/require-user.ts';
import { implement } from '../http/operation.ts';

export const statistics = implement(operations.statistics, (ctx) => {
  requireUser(ctx);
  const { streams, workflows } = ctx.metrics;
  // Not awaited: an unavailable log must not delay the response, and the next call shows the
  // result.
  void workflows.collect(ctx.log);
  return { ...streams.report(), workflows: workflows.totals };
});
