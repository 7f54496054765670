import { startCommentSchema } from '@runtape/events';
import { startComment as start } from '../start/start-comment.ts';
import type { Procedure } from './create-trpc.ts';

/** Starts commentOnIssue; with an idempotency key, at most once. */
export const startComment = (procedure: Procedure) =>
  procedure.input(startCommentSchema).mutation(async ({ ctx, input }) => await start(ctx, input));
