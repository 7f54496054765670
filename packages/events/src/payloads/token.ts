import { z } from 'zod';
import { usageSchema } from '../usage.ts';

export const tokenPayloads = {
  /** A chunk of text, as the model writes it. The text of a part is its chunks joined in order. */
  token: z.object({
    /**
     * The text that the chunk belongs to, e.g. `summary`. Chunks of different parts are never
     * merged.
     */
    part: z.string(),
    content: z.string(),
    /** Whether this is the last chunk of the part. */
    isComplete: z.boolean(),
    metadata: z
      .object({ finishReason: z.string().optional(), usage: usageSchema.optional() })
      .optional(),
  }),
} as const;
