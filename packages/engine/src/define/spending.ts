import type { WorkflowRecord } from '@runtape/event-log';
import { addUsage, type WorkflowSummary, type Budget, type Usage } from '@runtape/events';

/** What calls to models took. */
export interface Spent {
  /** `null` when the model did not say. */
  readonly usage: Usage | null;
  /** In US dollars; `null` when the price is not known, which makes the sum unknown. */
  readonly cost: number | null;
}

/**
 * Counts one call to a model. What it took is known at its end only; until then an estimate stands
 * for it in the budget.
 */
export interface Meter extends Disposable {
  /**
   * Replaces the estimate of what the call took so far. The budget acts on it; no sum shows it
   * while the call runs.
   */
  estimate(spent: Spent): void;
  /**
   * Counts what the call took, in place of the estimate. Stored with the next event.
   * @throws the signal's reason once it has aborted; it is counted all the same.
   */
  count(spent: Spent): Promise<void>;
  /**
   * Ends the call. If it was not counted, because it was cut off, the last estimate is what counts.
   * Idempotent.
   */
  [Symbol.dispose](): void;
}

/** The budget of a workflow, over all its attempts. */
export interface BudgetState {
  /** `null` when the workflow has none. */
  readonly limits: Budget | null;
  /** What is counted by now, without calls that are under way. */
  readonly spent: Spent;
}

/** The books of a workflow. */
export interface Sum extends Spent {
  /**
   * What of it has a price, in US dollars: all of it, or when the cost is not known, as much as is
   * certain.
   */
  readonly knownCost: number;
}

/** Before anything was spent: no model was asked, so nothing is unknown. */
export const NOTHING: Spent = { usage: null, cost: 0 };

/** Adds two sums. A cost that is not known makes the sum unknown. */
export function addSpent(a: Spent, b: Spent): Spent {
  return {
    usage: addUsage(a.usage, b.usage),
    cost: a.cost === null || b.cost === null ? null : a.cost + b.cost,
  };
}

/** Enters what was spent into the books. */
export function enter(sum: Sum, spent: Spent): Sum {
  return { ...addSpent(sum, spent), knownCost: sum.knownCost + (spent.cost ?? 0) };
}

/**
 * What a workflow has spent over all its attempts, whether or not they got anywhere: that is what
 * is paid.
 */
export function spentBefore({ summary }: Pick<WorkflowRecord, 'summary'>): Sum {
  const cost = summary.cost === undefined ? NOTHING.cost : summary.cost;
  // Records of old have no known part of a cost that is not known.
  return { usage: summary.usage ?? NOTHING.usage, cost, knownCost: cost ?? summary.knownCost ?? 0 };
}

/** How a sum shows in lists. */
export function inSummary({ usage, cost, knownCost }: Sum): Partial<WorkflowSummary> {
  return { cost, ...(usage !== null && { usage }), ...(cost === null && { knownCost }) };
}
