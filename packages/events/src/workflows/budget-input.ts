import { z } from 'zod';
import { exactObject } from '../exact-object.ts';

const shape = {
  /**
   * In US dollars. Only what has a price counts: calls to a model that has none do not, and alone
   * never stop the workflow.
   */
  usd: z.number().positive('A budget is more than 0 dollars.').max(10_000).optional(),
  /** Tokens that models read and wrote. */
  tokens: z.int().positive('A budget is at least 1 token.').max(1_000_000_000).optional(),
};
const UNNAMED = { message: 'Name the budget in `usd`, in `tokens`, or in both.' };

export const budgetSchema = z.object(shape).refine(isNamed, UNNAMED);

/** The same as a client sends it. */
export const givenBudgetSchema = exactObject(shape).refine(isNamed, UNNAMED);

function isNamed(budget: { usd?: number | undefined; tokens?: number | undefined }): boolean {
  return budget.usd !== undefined || budget.tokens !== undefined;
}

/** What a workflow may spend. At 80 % it warns once, at 100 % it stops and keeps what it has. */
export type Budget = z.infer<typeof budgetSchema>;
