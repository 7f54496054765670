import type { JsonValue } from '@runtape/event-log';
import type { Budget, EmittedEvent, EventData } from '@runtape/events';
import { WorkflowCancelled } from '../errors.ts';
import type { EventWriter } from '../emit/event-writer.ts';
import type { Sum } from '../define/spending.ts';

/** Share of a limit that triggers the warning. */
const WARN_AT = 0.8;

/** Fixed language: the text is stored in the log. */
const counts = new Intl.NumberFormat('en');
const dollars = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });

export interface BudgetOptions {
  readonly limits: Budget;
  readonly writer: Pick<EventWriter, 'emit'>;
  /** Kept entries of earlier attempts, with the warnings they gave. */
  readonly kept: ReadonlyMap<string, JsonValue>;
  /** Stops the workflow. */
  readonly stop: (reason: WorkflowCancelled) => void;
}

type BudgetStatus = EventData<'budget:warning'>;

/**
 * Enforces a budget. Warns once, over all attempts, at 80 % of a limit and when it is spent, and
 * then stops the workflow as a cancel does. Each warning is kept with its event, under a name that
 * no step can have.
 */
export class BudgetWatch {
  readonly #options: BudgetOptions;
  readonly #emitted: Set<string>;
  #isSpent = false;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#emitted = new Set(options.kept.keys());
  }

  /**
   * @param isUsageKnown false once a model did not report its tokens.
   * @returns when there is room for more events.
   */
  async check(sum: Sum, isUsageKnown: boolean): Promise<void> {
    if (this.#isSpent) return;
    const emitting: Promise<void>[] = [];
    const statuses = this.#statuses(sum);
    if (this.#options.limits.usd !== undefined && sum.cost === null) {
      emitting.push(this.#emitOnce('@budget-usd-unknown', unknownCost(this.#options.limits.usd)));
    }
    if (this.#options.limits.tokens !== undefined && !isUsageKnown) {
      emitting.push(this.#emitOnce('@budget-tokens-unknown', unknownUsage()));
    }
    for (const data of statuses.filter((status) => share(status) >= WARN_AT)) {
      emitting.push(
        this.#emitOnce(`@budget-warning-${data.unit}`, { type: 'budget:warning', data }),
      );
    }
    for (const data of statuses.filter((status) => share(status) >= 1)) {
      emitting.push(
        this.#emitOnce(`@budget-exceeded-${data.unit}`, { type: 'budget:exceeded', data }),
      );
      this.#stop(data);
    }
    await Promise.all(emitting);
  }

  #statuses({ usage, cost, knownCost }: Sum): BudgetStatus[] {
    const { usd, tokens } = this.#options.limits;
    const statuses: BudgetStatus[] = [];
    if (usd !== undefined) {
      // An unknown cost is at least its known part.
      const isAtLeast = cost === null && { isAtLeast: true };
      statuses.push({ unit: 'usd', spent: knownCost, limit: usd, ...isAtLeast });
    }
    if (tokens !== undefined) {
      statuses.push({ unit: 'tokens', spent: usage?.totalTokens ?? 0, limit: tokens });
    }
    return statuses;
  }

  async #emitOnce(key: string, event: EmittedEvent): Promise<void> {
    if (this.#emitted.has(key)) return;
    this.#emitted.add(key);
    await this.#options.writer.emit(event, { kept: { step: key, result: true } });
  }

  #stop({ unit, limit, spent, isAtLeast = false }: BudgetStatus): void {
    this.#isSpent = true;
    const much = `${isAtLeast ? 'at least ' : ''}${formatAmount(unit, spent)}`;
    const reason = `The budget of ${formatAmount(unit, limit)} is spent: ${much}`;
    this.#options.stop(new WorkflowCancelled({ by: 'budget', reason }));
  }
}

function share({ spent, limit }: BudgetStatus): number {
  return spent / limit;
}

function formatAmount(unit: BudgetStatus['unit'], amount: number): string {
  return unit === 'usd' ? `$${dollars.format(amount)}` : `${counts.format(amount)} tokens`;
}

function unknownCost(limit: number): EmittedEvent {
  const message = `The cost of this workflow is unknown, because a model has no price or does not report its usage. The budget of ${formatAmount('usd', limit)} only counts what has a price. Set a price for the model, or a budget in tokens.`;
  return { type: 'log:created', data: { level: 'warn', message } };
}

function unknownUsage(): EmittedEvent {
  const message =
    'A model does not report its tokens, so the budget in tokens only counts the calls that do.';
  return { type: 'log:created', data: { level: 'warn', message } };
}
