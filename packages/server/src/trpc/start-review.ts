import { startReviewSchema } from '@runtape/events';
import { startReview as start } from '../start/start-review.ts';
import type { Procedure } from './create-trpc.ts';

/** Starts reviewIssue; with an idempotency key, at most once. */
export const startReview = (procedure: Procedure) =>
  procedure.input(startReviewSchema).mutation(async ({ ctx, input }) => await start(ctx, input));
