import { z } from 'zod';

const budget = z.object({
  unit: z.enum(['usd', 'tokens']),
  spent: z.number().nonnegative(),
  limit: z.number().positive(),
  /** Whether a part of the spending has no known price, so that `spent` is too low. */
  isAtLeast: z.boolean().optional(),
});

/** The budget of a workflow as stored in its log: in US dollars, in tokens, or in both. */
export const budgetLimitsSchema = z.object({
  usd: z.number().positive().optional(),
  tokens: z.number().positive().optional(),
});

export type BudgetLimits = z.infer<typeof budgetLimitsSchema>;

export const budgetPayloads = {
  /** 80 % of the budget is spent, counting only calls with a known price. */
  'budget:warning': budget,
  /** The whole budget is spent; the workflow stops. */
  'budget:exceeded': budget,
} as const;
