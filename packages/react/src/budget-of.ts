import type { AgentState, WorkflowSnapshot } from '@runtape/events';

/** What a workflow may spend, and has. */
export interface BudgetUse {
  readonly unit: 'usd' | 'tokens';
  readonly limit: number;
  /** `null`: not known, for instance because the model has no price. */
  readonly spent: number | null;
  /**
   * A part of what was spent has no known price: `spent` is the rest, and less than all of it.
   * Default: false.
   */
  readonly isAtLeast?: boolean | undefined;
}

type SpendingWorkflow = Pick<WorkflowSnapshot, 'budget' | 'spending' | 'agents' | 'usage' | 'cost'>;
type Unit = BudgetUse['unit'];

/**
 * What a workflow has used of its budget: of one in dollars and in tokens, the one of which more is
 * used. It grows whenever a call to a model ends; the events that warn of it count what calls under
 * way take, too.
 * @returns `null` without a budget, and before 80 % of it are spent where the log does not tell of
 *   it from the start.
 */
export function budgetOf(workflow: SpendingWorkflow): BudgetUse | null {
  const [usd, tokens] = [useOf(workflow, 'usd'), useOf(workflow, 'tokens')];
  if (usd === null || tokens === null) return usd ?? tokens;
  return shareOf(tokens) > shareOf(usd) ? tokens : usd;
}

function useOf(workflow: SpendingWorkflow, unit: Unit): BudgetUse | null {
  const warned = workflow.budget?.unit === unit ? workflow.budget : null;
  const limit = workflow.spending?.limits[unit] ?? warned?.limit;
  if (limit === undefined) return null;
  const all = amountOf(workflow, unit);
  if (all !== null) return { unit, spent: all, limit };
  const counted = countedIn(workflow, unit);
  if (warned === null) return { unit, spent: counted, limit };
  const isAtLeast = (counted === null || warned.isAtLeast === true) && { isAtLeast: true };
  return { unit, spent: Math.max(counted ?? 0, warned.spent), limit, ...isAtLeast };
}

function countedIn({ spending, agents }: SpendingWorkflow, unit: Unit): number | null {
  if (spending === null) return sumOf(agents, unit);
  const nothing = unit === 'tokens' && spending.cost !== null ? 0 : null;
  return amountOf(spending, unit) ?? nothing;
}

/** All that is known of logs from before they told it. */
function sumOf(agents: readonly AgentState[], unit: Unit): number {
  return agents.reduce((sum, agent) => sum + (amountOf(agent, unit) ?? 0), 0);
}

function amountOf({ usage, cost }: Pick<AgentState, 'usage' | 'cost'>, unit: Unit): number | null {
  return unit === 'usd' ? cost : (usage?.totalTokens ?? null);
}

/** What is not known shows only where there is nothing else to show. */
function shareOf({ spent, limit }: BudgetUse): number {
  return spent === null ? -1 : spent / limit;
}
