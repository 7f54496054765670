import type { WorkflowRecord } from '@runtape/event-log';
import type { EventWriter } from '../emit/event-writer.ts';
import {
  type Meter,
  type Spent,
  enter,
  inSummary,
  spentBefore,
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
  readonly #inProgress = new Map<Meter, Spent>();
  #total: Sum;
  #isUsageKnown = true;
  #watch: Watch | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#total = spentBefore(options.record);
  }

  /** Without running calls. */
  get total(): Spent {
    const { usage, cost } = this.#total;
    return { usage, cost };
  }

  /** Reports the totals to `watch` now and on every change, and counted totals in the log. */
  async watch(watch: Watch): Promise<void> {
    this.#watch = watch;
    await this.#tell();
  }

  /** Stops reporting. */
  close(): void {
    this.#watch = undefined;
  }

  /** @param also called with the spending counted for this call. */
  meter(also: (spent: Spent) => void = () => undefined): Meter {
    let isOpen = true;
    const close = (spent: Spent | undefined): void => {
      isOpen = false;
      this.#inProgress.delete(meter);
      if (spent === undefined) return;
      this.#count(spent);
      also(spent);
    };
    const meter: Meter = {
      estimate: (spent) => {
        if (!isOpen) return;
        this.#inProgress.set(meter, spent);
        // There is an estimate for every token, and most workflows have no budget.
        if (this.#watch !== undefined) void this.#tell().catch(() => undefined);
      },
      count: async (spent) => {
        if (isOpen) close(spent);
        await this.#tell();
        this.#options.signal.throwIfAborted();
      },
      // A call that was cut off reports no usage, but is paid for.
      [Symbol.dispose]: () => {
        if (isOpen) close(this.#inProgress.get(meter));
      },
    };
    return meter;
  }

  #count(spent: Spent): void {
    this.#total = enter(this.#total, spent);
    this.#isUsageKnown &&= spent.usage !== null;
    const told = this.#watch === undefined ? undefined : this.total;
    this.#options.writer.note(inSummary(this.#total), told);
  }

  async #tell(): Promise<void> {
    const sum = [...this.#inProgress.values()].reduce(enter, this.#total);
    await this.#watch?.(sum, this.#isUsageKnown);
  }
}
