import { requireUser } from '../accounts/require-user.ts';
import type { Procedure } from './create-trpc.ts';

/** What the streams of this server came to since it started, and the workflows that were started through it. */
export const statistics = (procedure: Procedure) =>
  procedure.query(({ ctx }) => {
    requireUser(ctx);
    return { ...ctx.statistics.report(), workflows: ctx.seen.report() };
  });
