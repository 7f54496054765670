import { z } from 'zod';
import { usageSchema } from '../usage.ts';

/**
 * The finish reason of a last chunk after which the part restarts because its text turned out to be
 * something else. The earlier text of the part is void.
 */
export const RESTARTED = 'restarted';

const THOUGHT = /^thinking-/;

/**
 * Returns whether a part is the reasoning of a model, which is never a part of a draft, an answer
 * or a result.
 */
export function isThoughtPart(part: string): boolean {
  return THOUGHT.test(part);
}

export const tokenPayloads = {
  /** A chunk of text, as the model writes it. The text of a part is its chunks joined in order. */
  token: z.object({
    /**
     * The text that the chunk belongs to, e.g. `draft`. Chunks of different parts are never merged.
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
