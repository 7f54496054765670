import { z } from 'zod';
import { usageSchema } from '../usage.ts';

/**
 * The finish reason of a last piece after which the part begins again, because its text turned out
 * to be something else: what the part had is void.
 */
export const RESTARTED = 'restarted';

const THOUGHT = /^thinking-/;

/**
 * Tells whether a part is what a model thought on its way: never a part of a draft, an answer or a
 * result.
 */
export function isThoughtPart(part: string): boolean {
  return THOUGHT.test(part);
}

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
