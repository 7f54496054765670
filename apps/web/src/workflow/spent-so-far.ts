import type { Usage, WorkflowSnapshot } from '@runtape/events';

/** What was used of a model, and what it cost. */
export interface Spent {
  readonly tokens: number;
  /** US dollars; `null`: not known. */
  readonly cost: number | null;
}

interface Spending {
  readonly usage: Usage | null;
  readonly cost: number | null;
}

/**
 * What a workflow has used: what it says itself, at its end, and until then what its agents have used together.
 * @returns `null` while nothing is known.
 */
export function spentSoFar(
  workflow: Pick<WorkflowSnapshot, 'usage' | 'cost' | 'agents'>,
): Spent | null {
  const { usage, cost, agents } = workflow;
  const own = spentOf({ usage, cost });
  if (own !== null) return own;
  const each = agents.map(spentOf).filter((spent) => spent !== null);
  if (each.length === 0) return null;
  return {
    tokens: each.reduce((sum, { tokens }) => sum + tokens, 0),
    // One price that is missing leaves the whole unknown.
    cost: each.reduce<number | null>(
      (sum, spent) => (sum === null || spent.cost === null ? null : sum + spent.cost),
      0,
    ),
  };
}

function spentOf({ usage, cost }: Spending): Spent | null {
  return usage === null ? null : { tokens: usage.totalTokens, cost };
}
