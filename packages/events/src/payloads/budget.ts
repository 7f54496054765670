import { z } from 'zod';

const budget = z.object({
  unit: z.enum(['usd', 'tokens']),
  spent: z.number().nonnegative(),
  limit: z.number().positive(),
});

export const budgetPayloads = {
  /** 80 % of the budget is spent. */
  'budget:warning': budget,
  /** All of it is spent; the workflow stops. */
  'budget:exceeded': budget,
} as const;
