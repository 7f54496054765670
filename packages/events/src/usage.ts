import { z } from 'zod';

const count = z.int().nonnegative();

export const usageSchema = z.object({
  inputTokens: count,
  outputTokens: count,
  totalTokens: count,
});

/** Tokens a model read and wrote. */
export type Usage = z.infer<typeof usageSchema>;

/** US dollars; `null` where the price of the model is not known, which is never the same as 0. */
export const costSchema = z.number().nonnegative().nullable();

/** Adds two usages; an absent one counts as nothing. */
export function addUsage(a: Usage | null, b: Usage | null): Usage | null {
  if (a === null || b === null) return a ?? b;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    totalTokens: a.totalTokens + b.totalTokens,
  };
}
