import { z } from 'zod';

/** What became of a workflow. */
export const endedSchema = z.object({
  status: z.string(),
  /** The sequence number of its last event. */
  tail: z.number(),
  /** In ms since 1970, as is `endedAt`. */
  createdAt: z.number(),
  endedAt: z.number(),
  /** What the model says that it wrote; 0 where there is no model. */
  outputTokens: z.number(),
});
export type Ended = z.infer<typeof endedSchema>;

/** What the server has used, and how late its event loop was since it was last asked to forget. */
export const serverUsageSchema = z.object({
  cpuMicros: z.number(),
  delayP50Ms: z.number(),
  delayP99Ms: z.number(),
});
