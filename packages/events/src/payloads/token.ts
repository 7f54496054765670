import { z } from 'zod';
import { usageSchema } from '../usage.ts';

export const tokenPayloads = {
  /** A piece of text as the model writes it. The text of a part is its pieces joined in order. */
  token: z.object({
    /** Which text grows, e.g. `draft`. Pieces of different parts are never merged. */
    part: z.string(),
    content: z.string(),
    /** True on the last piece of the part. */
    isComplete: z.boolean(),
    metadata: z
      .object({ finishReason: z.string().optional(), usage: usageSchema.optional() })
      .optional(),
  }),
} as const;
