import { z } from 'zod';

export const budgetSchema = z
  .object({
    /** In US dollars. Only what has a price counts: a workflow whose model has none cannot be stopped by it. */
    usd: z.number().positive('A budget is more than 0 dollars.').max(10_000).optional(),
    /** Tokens that models read and wrote. */
    tokens: z.int().positive('A budget is at least 1 token.').max(1_000_000_000).optional(),
  })
  .refine((budget) => budget.usd !== undefined || budget.tokens !== undefined, {
    message: 'Name the budget in `usd`, in `tokens`, or in both.',
  });

/** What a workflow may spend. At 80 % it warns once, at 100 % it stops and keeps what it has. */
export type Budget = z.infer<typeof budgetSchema>;
