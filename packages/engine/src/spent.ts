import type { Budget, Usage } from '@runtape/events';

/** What calls to models took. */
export interface Spent {
  /** `null` when the model did not say. */
  readonly usage: Usage | null;
  /** In US dollars; `null` when the price is not known, which makes the sum unknown. */
  readonly cost: number | null;
}

/** Counts one call to a model. What it took is known at its end only; until then an estimate stands for it in the budget. */
export interface Meter extends Disposable {
  /** Replaces the estimate of what the call took so far. The budget acts on it; no sum shows it while the call runs. */
  estimate(spent: Spent): void;
  /**
   * Counts what the call took, in place of the estimate. Stored with the next event.
   * @throws the signal's reason once it has aborted; it is counted all the same.
   */
  count(spent: Spent): Promise<void>;
  /** Ends the call. If it was not counted, because it was cut off, the last estimate is what counts. Idempotent. */
  [Symbol.dispose](): void;
}

/** The budget of a workflow, over all its attempts. */
export interface BudgetState {
  /** `null` when the workflow has none. */
  readonly limits: Budget | null;
  /** What is counted by now, without calls that are under way. */
  readonly spent: Spent;
}
