import { z } from 'zod';

const budget = z.object({
  unit: z.enum(['usd', 'tokens']),
  spent: z.number().nonnegative(),
  limit: z.number().positive(),
  /** A part of what it took has no known price: `spent` is the rest, and less than all of it. */
  isAtLeast: z.boolean().optional(),
});

/** What a workflow may spend, as its log tells it: in US dollars, in tokens, or in both. */
export const budgetLimitsSchema = z.object({
  usd: z.number().positive().optional(),
  tokens: z.number().positive().optional(),
});

export type BudgetLimits = z.infer<typeof budgetLimitsSchema>;

export const budgetPayloads = {
  /** 80 % of the budget is spent, or of what has a price that much. */
  'budget:warning': budget,
  /** All of it is spent; the workflow stops. */
  'budget:exceeded': budget,
} as const;
