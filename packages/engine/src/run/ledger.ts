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

/**
 * Hears of every change: what was spent together with what calls under way are thought to have
 * taken.
 */
type Watch = (sum: Sum, isUsageKnown: boolean) => Promise<void>;

/**
 * Keeps the books of a workflow: what was spent over all attempts, and what calls that are under
 * way take.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #underWay = new Map<Meter, Spent>();
  #total: Sum;
  #isUsageKnown = true;
  #watch: Watch | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#total = spentBefore(options.record);
  }

  /** Without calls that are under way. */
  get total(): Spent {
    const { usage, cost } = this.#total;
    return { usage, cost };
  }

  /**
   * Tells `watch` how the books stand now, and from now on whenever that changes; and those who
   * read the log, what was counted.
   */
  async watch(watch: Watch): Promise<void> {
    this.#watch = watch;
    await this.#tell();
  }

  /** Tells nobody any more. */
  close(): void {
    this.#watch = undefined;
  }

  /** @param also hears of what is counted for the one call. */
  meter(also: (spent: Spent) => void = () => undefined): Meter {
    let isOpen = true;
    const close = (spent: Spent | undefined): void => {
      isOpen = false;
      this.#underWay.delete(meter);
      if (spent === undefined) return;
      this.#count(spent);
      also(spent);
    };
    const meter: Meter = {
      estimate: (spent) => {
        if (!isOpen) return;
        this.#underWay.set(meter, spent);
        // Estimates come with every token; most workflows have no budget to watch.
        if (this.#watch !== undefined) void this.#tell().catch(() => undefined);
      },
      count: async (spent) => {
        if (isOpen) close(spent);
        await this.#tell();
        this.#options.signal.throwIfAborted();
      },
      // Nobody says what a call took that was cut off, but it is paid.
      [Symbol.dispose]: () => {
        if (isOpen) close(this.#underWay.get(meter));
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
    const sum = [...this.#underWay.values()].reduce(enter, this.#total);
    await this.#watch?.(sum, this.#isUsageKnown);
  }
}
