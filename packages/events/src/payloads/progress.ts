import { z } from 'zod';

export const progressPayloads = {
  /** The current activity of the workflow, as a sentence. */
  status: z.object({
    /** Stable name of the stage, e.g. `issue_read`. */
    stage: z.string(),
    message: z.string(),
    /** The progress of the stage, 0 to 1, if it is known. */
    progress: z.number().min(0).max(1).optional(),
    /** What the workflow is about, once it is known. */
    subject: z.object({ title: z.string(), url: z.url().optional() }).optional(),
  }),
  /** A step has started; `metadata.step` has its name. Its result is kept when it completes. */
  'step:started': z.object({ step: z.string() }),
  'step:completed': z.object({ step: z.string(), durationMs: z.number().nonnegative() }),
  'log:created': z.object({
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: z.string(),
    agentId: z.string().optional(),
    fields: z.record(z.string(), z.json()).optional(),
  }),
} as const;
