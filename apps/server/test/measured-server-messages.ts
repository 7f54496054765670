import { workflowIdSchema } from '@runtape/events';
import { z } from 'zod';

/** The requests of the parent of a measured server, one at a time. */
export const questionSchema = z.discriminatedUnion('type', [
  /** @param waits until it is released; then it emits this many tokens and ends. */
  z.object({ type: z.literal('start'), tokens: z.int(), waits: z.boolean() }),
  z.object({ type: z.literal('release'), workflowId: workflowIdSchema }),
  /** Answered when it has ended. */
  z.object({ type: z.literal('end'), workflowId: workflowIdSchema }),
  /** The memory usage after garbage collection. */
  z.object({ type: z.literal('measure') }),
  z.object({ type: z.literal('stop') }),
]);

export const answerSchema = z.object({
  url: z.string().optional(),
  workflowId: workflowIdSchema.optional(),
  memory: z
    .object({ heapMb: z.number(), rssMb: z.number(), warnings: z.array(z.string()) })
    .optional(),
});

export type Question = z.infer<typeof questionSchema>;
export type Answer = z.infer<typeof answerSchema>;
