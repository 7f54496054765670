import { startQuestionSchema } from '@runtape/events';
import { startQuestion as start } from '../start/start-question.ts';
import type { Procedure } from './create-trpc.ts';

/** Starts askRepository; with an idempotency key, at most once. */
export const startQuestion = (procedure: Procedure) =>
  procedure.input(startQuestionSchema).mutation(async ({ ctx, input }) => await start(ctx, input));
