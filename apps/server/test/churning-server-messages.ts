import { workflowIdSchema } from '@runtape/events';
import { z } from 'zod';

/** The requests of the parent of a churning server, one at a time. */
export const questionSchema = z.discriminatedUnion('type', [
  /** Starts a workflow that emits some tokens. @param waits until it is released. */
  z.object({ type: z.literal('start'), owner: z.string(), waits: z.boolean() }),
  z.object({ type: z.literal('release'), workflowId: workflowIdSchema }),
  /**
   * Starts a workflow whose worker dies immediately: its lease expires when the clock has advanced.
   */
  z.object({ type: z.literal('abandon'), owner: z.string() }),
  /** A token to sign in with. @param forMs from now. */
  z.object({ type: z.literal('token'), owner: z.string(), forMs: z.number() }),
  z.object({ type: z.literal('advance'), ms: z.number() }),
  z.object({ type: z.literal('record'), workflowId: workflowIdSchema }),
  /** The resource usage of the process after garbage collection. */
  z.object({ type: z.literal('measure') }),
  z.object({ type: z.literal('stop') }),
]);

const measuredSchema = z.object({
  heapMb: z.number(),
  /** Timers that have neither fired nor been cleared, repeating ones too. */
  timers: z.number(),
  /** Connections of clients. */
  sockets: z.number(),
  /** Workflows that retention has not removed. */
  kept: z.number(),
  /** The errors and warnings of the process. */
  warnings: z.array(z.string()),
});

export const answerSchema = z.object({
  url: z.string().optional(),
  workflowId: workflowIdSchema.optional(),
  token: z.string().optional(),
  record: z.object({ status: z.string(), attempt: z.number() }).nullable().optional(),
  measured: measuredSchema.optional(),
});

export type Question = z.infer<typeof questionSchema>;
export type Answer = z.infer<typeof answerSchema>;
export type Measured = z.infer<typeof measuredSchema>;
