import { exactObject, startPostSchema } from '@runtape/events';
import { workflowIdInputSchema } from '../accounts/find-workflow.ts';
import { startPost } from '../start/start-post.ts';
import type { Procedure } from './create-trpc.ts';

const inputSchema = exactObject({
  ...startPostSchema.shape,
  /** The workflow that drafted it. */
  workflowId: workflowIdInputSchema,
});

/** Starts postComment for a draft, as a person has changed it; with an idempotency key, at most once. */
export const postComment = (procedure: Procedure) =>
  procedure.input(inputSchema).mutation(async ({ ctx, input }) => await startPost(ctx, input));
