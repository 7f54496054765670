import type { WorkflowRecord } from '@runtape/event-log';
import { costSchema, usageSchema } from '@runtape/events';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import type { EventWriter } from '../emit/event-writer.ts';
import {
  type Meter,
  type Spent,
  addToSum,
  toSummary,
  spendingOf,
  type Sum,
} from '../define/spending.ts';

export interface LedgerOptions {
  readonly record: Pick<WorkflowRecord, 'summary'>;
  readonly writer: Pick<EventWriter, 'note'>;
  readonly signal: AbortSignal;
}

/** Called on every change, with running calls estimated. */
type Watch = (sum: Sum, isUsageKnown: boolean) => Promise<void>;

/** Tracks spending: the totals over all attempts, and estimates for running calls. */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #openMeters = new Map<Meter, Spent>();
  #total: Sum;
  #isUsageKnown = true;
  #watch: Watch | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#total = spendingOf(options.record);
  }

  /** Without running calls. */
  get total(): Spent {
    const { usage, cost } = this.#total;
    return { usage, cost };
  }

  /** Reports the totals to `watch` now and on every change, and counted totals in the log. */
  async watch(watch: Watch): Promise<void> {
    this.#watch = watch;
    await this.#report();
  }

  close(): void {
    this.#watch = undefined;
  }

  /** @param onCount called with the spending counted for this call. */
  meter(onCount: (spent: Spent) => void = () => undefined): Meter {
    let isOpen = true;
    const close = (spent: Spent | undefined): void => {
      isOpen = false;
      this.#openMeters.delete(meter);
      if (spent === undefined) return;
      this.#count(spent);
      onCount(spent);
    };
    const meter: Meter = {
      estimate: (spent) => {
        if (!isOpen) return;
        checkSpent(spent);
        this.#openMeters.set(meter, spent);
        // There is an estimate for every token, and most workflows have no budget.
        if (this.#watch !== undefined) void this.#report().catch(() => undefined);
      },
      count: async (spent) => {
        checkSpent(spent);
        if (isOpen) close(spent);
        await this.#report();
        this.#options.signal.throwIfAborted();
      },
      // A call that was cut off reports no usage, but is paid for.
      [Symbol.dispose]: () => {
        if (isOpen) close(this.#openMeters.get(meter));
      },
    };
    return meter;
  }

  #count(spent: Spent): void {
    const total = addToSum(this.#total, spent);
    // Valid amounts can add up to more than a number can hold.
    checkSpent(total);
    this.#total = total;
    this.#isUsageKnown &&= spent.usage !== null;
    const reported = this.#watch === undefined ? undefined : this.total;
    this.#options.writer.note(toSummary(this.#total), reported);
  }

  async #report(): Promise<void> {
    const sum = [...this.#openMeters.values()].reduce(addToSum, this.#total);
    await this.#watch?.(sum, this.#isUsageKnown);
  }
}

const spentSchema = z.object({ usage: usageSchema.nullable(), cost: costSchema });

/**
 * A wrong amount in the totals would make every later event of the workflow invalid, also its last.
 */
function checkSpent(spent: Spent): void {
  const checked = spentSchema.safeParse(spent);
  if (checked.success) return;
  throw new EngineError(
    'invalid_spending',
    `The workflow counted spending that is not valid: ${z.prettifyError(checked.error)}`,
  );
}
