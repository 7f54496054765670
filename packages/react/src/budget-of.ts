import type { AgentState, WorkflowSnapshot } from '@runtape/events';

/** The budget of a workflow and the amount spent. */
export interface BudgetUse {
  readonly unit: 'usd' | 'tokens';
  readonly limit: number;
  /** `null` if unknown, for instance because the model has no price. */
  readonly spent: number | null;
  /**
   * Whether a part of the spending has no known price, so that `spent` is too low. Default: false.
   */
  readonly isAtLeast?: boolean | undefined;
}

type SpendingWorkflow = Pick<WorkflowSnapshot, 'budget' | 'spending' | 'agents' | 'usage' | 'cost'>;
type Unit = BudgetUse['unit'];

/**
 * Returns how much of its budget a workflow has used. With a budget in both dollars and tokens, it
 * is the one that is used up further. The amount grows whenever a model call ends; the warning
 * events also include calls in progress.
 * @returns `null` without a budget. If the log does not report spending from the start, also `null`
 *   before 80 % are spent.
 */
export function budgetOf(workflow: SpendingWorkflow): BudgetUse | null {
  const [usd, tokens] = [usageIn(workflow, 'usd'), usageIn(workflow, 'tokens')];
  if (usd === null || tokens === null) return usd ?? tokens;
  return usedShare(tokens) > usedShare(usd) ? tokens : usd;
}

function usageIn(workflow: SpendingWorkflow, unit: Unit): BudgetUse | null {
  const warned = workflow.budget?.unit === unit ? workflow.budget : null;
  const limit = workflow.spending?.limits[unit] ?? warned?.limit;
  if (limit === undefined) return null;
  const all = amountIn(workflow, unit);
  if (all !== null) return { unit, spent: all, limit };
  const counted = countedIn(workflow, unit);
  if (warned === null) return { unit, spent: counted, limit };
  const isAtLeast = (counted === null || warned.isAtLeast === true) && { isAtLeast: true };
  return { unit, spent: Math.max(counted ?? 0, warned.spent), limit, ...isAtLeast };
}

function countedIn({ spending, agents }: SpendingWorkflow, unit: Unit): number | null {
  if (spending === null) return sumOverAgents(agents, unit);
  const nothing = unit === 'tokens' && spending.cost !== null ? 0 : null;
  return amountIn(spending, unit) ?? nothing;
}

/** The sum over the agents, for logs from before the spending was recorded. */
function sumOverAgents(agents: readonly AgentState[], unit: Unit): number {
  return agents.reduce((sum, agent) => sum + (amountIn(agent, unit) ?? 0), 0);
}

function amountIn({ usage, cost }: Pick<AgentState, 'usage' | 'cost'>, unit: Unit): number | null {
  return unit === 'usd' ? cost : (usage?.totalTokens ?? null);
}

/** An unknown amount sorts last. */
function usedShare({ spent, limit }: BudgetUse): number {
  return spent === null ? -1 : spent / limit;
}
