import type { WorkflowRecord } from '@runtape/event-log';
import { addUsage, type WorkflowSummary, type Budget, type Usage } from '@runtape/events';

/** Tokens and cost of calls to models. */
export interface Spent {
  /** `null` when the model did not report it. */
  readonly usage: Usage | null;
  /** In US dollars; `null` when the price is not known, which makes the sum unknown. */
  readonly cost: number | null;
}

/**
 * Meters one call to a model. Its spending is known at its end; until then the budget uses an
 * estimate.
 */
export interface Meter extends Disposable {
  /** Replaces the estimate for a running call. It only affects the budget, not the totals. */
  estimate(spent: Spent): void;
  /**
   * Counts the call in place of its estimate. Stored with the next event.
   * @throws EngineError `invalid_spending`; the signal's reason once it has aborted, though the
   *   call is still counted.
   */
  count(spent: Spent): Promise<void>;
  /**
   * Ends the call. If it was cut off before it was counted, the last estimate counts. Idempotent.
   */
  [Symbol.dispose](): void;
}

/** The budget of a workflow, over all its attempts. */
export interface BudgetState {
  /** `null` when the workflow has none. */
  readonly limits: Budget | null;
  /** The spending counted so far, without running calls. */
  readonly spent: Spent;
}

/** The totals of a workflow. */
export interface Sum extends Spent {
  /** The part with a known price, in US dollars. Equal to `cost` unless that is unknown. */
  readonly knownCost: number;
}

/** The spending before the first call. */
export const NOTHING: Spent = { usage: null, cost: 0 };

/** Adds two sums. An unknown cost makes the sum unknown. */
export function addSpent(a: Spent, b: Spent): Spent {
  return {
    usage: addUsage(a.usage, b.usage),
    cost: a.cost === null || b.cost === null ? null : a.cost + b.cost,
  };
}

export function addToSum(sum: Sum, spent: Spent): Sum {
  return { ...addSpent(sum, spent), knownCost: sum.knownCost + (spent.cost ?? 0) };
}

/** The spending of a workflow over all its attempts, successful or not. */
export function spendingOf({ summary }: Pick<WorkflowRecord, 'summary'>): Sum {
  const cost = summary.cost === undefined ? NOTHING.cost : summary.cost;
  // Older records have no `knownCost`.
  return { usage: summary.usage ?? NOTHING.usage, cost, knownCost: cost ?? summary.knownCost ?? 0 };
}

/** The totals in the form of the summary, for lists. */
export function toSummary({ usage, cost, knownCost }: Sum): Partial<WorkflowSummary> {
  return { cost, ...(usage !== null && { usage }), ...(cost === null && { knownCost }) };
}
