import { z } from 'zod';
import { exactObject } from './exact-object.ts';

const shape = {
  /**
   * The limit in US dollars. Calls to models without a known price do not count, and never stop the
   * workflow by themselves.
   */
  usd: z.number().positive('A budget is more than 0 dollars.').max(10_000).optional(),
  /** The limit in tokens, input and output together. */
  tokens: z.int().positive('A budget is at least 1 token.').max(1_000_000_000).optional(),
};
const UNNAMED = { message: 'Name the budget in `usd`, in `tokens`, or in both.' };

export const budgetSchema = z.object(shape).refine(isNamed, UNNAMED);

/** The strict version of the schema, for input from clients. */
export const givenBudgetSchema = exactObject(shape).refine(isNamed, UNNAMED);

function isNamed(budget: { usd?: number | undefined; tokens?: number | undefined }): boolean {
  return budget.usd !== undefined || budget.tokens !== undefined;
}

/**
 * The budget of a workflow. At 80 % it warns once; at 100 % it stops and keeps its partial result.
 */
export type Budget = z.infer<typeof budgetSchema>;
