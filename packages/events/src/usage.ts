import { z } from 'zod';

const count = z.int().nonnegative();

export const usageSchema = z.object({
  inputTokens: count,
  outputTokens: count,
  totalTokens: count,
});

/** The numbers of tokens that a model read and wrote. */
export type Usage = z.infer<typeof usageSchema>;

/** The cost in US dollars; `null` if the price of the model is unknown, which differs from 0. */
export const costSchema = z.number().nonnegative().nullable();

/** Adds two usages; `null` counts as zero. */
export function addUsage(a: Usage | null, b: Usage | null): Usage | null {
  if (a === null || b === null) return a ?? b;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    totalTokens: a.totalTokens + b.totalTokens,
  };
}
