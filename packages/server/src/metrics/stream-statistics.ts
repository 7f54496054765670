import type { StatisticsBin, StreamStatisticsReport } from '@runtape/contract';
import type { StreamOutcome } from './observer.ts';

const BIN_MS = 5 * 60_000;
const BINS = 288;

type Counts = { -readonly [Key in Exclude<keyof StatisticsBin, 'at'>]: number };

/** Counts streams, in bounded memory. */
export class StreamStatistics {
  readonly #now: () => number;
  readonly #since: number;
  readonly #totals: Counts = none();
  readonly #bins = new Map<number, Counts>();
  #open = 0;

  constructor(options: { readonly now: () => number }) {
    this.#now = options.now;
    this.#since = options.now();
  }

  opened(): void {
    this.#open += 1;
    for (const counts of this.#current()) counts.opened += 1;
  }

  ended(outcome: StreamOutcome, stream: { durationMs: number; events: number }): void {
    this.#open -= 1;
    for (const counts of this.#current()) {
      counts[outcome] += 1;
      counts.durationMs += stream.durationMs;
      counts.events += stream.events;
    }
  }

  report(): StreamStatisticsReport {
    const totals = { ...this.#totals };
    const ended = totals.completed + totals.left + totals.failed;
    return {
      since: this.#since,
      open: this.#open,
      ...totals,
      successRate: ended === 0 ? null : 1 - totals.failed / ended,
      averageDurationMs: ended === 0 ? null : totals.durationMs / ended,
      averageEvents: ended === 0 ? null : totals.events / ended,
      bins: Array.from(this.#bins, binOf),
    };
  }

  #current(): readonly Counts[] {
    const at = Math.floor(this.#now() / BIN_MS) * BIN_MS;
    let bin = this.#bins.get(at);
    if (bin === undefined) {
      bin = none();
      this.#bins.set(at, bin);
      this.#forgetBefore(at - (BINS - 1) * BIN_MS);
    }
    return [this.#totals, bin];
  }

  #forgetBefore(oldest: number): void {
    for (const at of this.#bins.keys()) if (at < oldest) this.#bins.delete(at);
  }
}

function binOf([at, counts]: [number, Counts]): StatisticsBin {
  return { at, ...counts };
}

function none(): Counts {
  return { opened: 0, completed: 0, left: 0, failed: 0, durationMs: 0, events: 0 };
}
