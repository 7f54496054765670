import { z } from 'zod';

export const progressPayloads = {
  /** What the workflow does now, in a sentence. */
  status: z.object({
    /** Stable name of the stage, e.g. `issue_read`. */
    stage: z.string(),
    message: z.string(),
    /** How far the stage is, 0 to 1, where that is known. */
    progress: z.number().min(0).max(1).optional(),
    /** Set once it is known what the workflow is about. */
    subject: z.object({ title: z.string(), url: z.url().optional() }).optional(),
  }),
  /** A step runs; see `metadata.step` for its name. Its result is kept when it completes. */
  'step:started': z.object({ step: z.string() }),
  'step:completed': z.object({ step: z.string(), durationMs: z.number().nonnegative() }),
  'log:created': z.object({
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: z.string(),
    agentId: z.string().optional(),
    fields: z.record(z.string(), z.json()).optional(),
  }),
} as const;
