import { z } from 'zod';

/** The outcome of a workflow. */
export const endedSchema = z.object({
  status: z.string(),
  /** The sequence number of its last event. */
  tail: z.number(),
  /** In ms since 1970, as is `endedAt`. */
  createdAt: z.number(),
  endedAt: z.number(),
  /** The output tokens that the model reported; 0 without a model. */
  outputTokens: z.number(),
});
export type Ended = z.infer<typeof endedSchema>;

/** The resource usage of the server, and the event-loop delay since the last reset. */
export const serverUsageSchema = z.object({
  cpuMicros: z.number(),
  delayP50Ms: z.number(),
  delayP99Ms: z.number(),
});
