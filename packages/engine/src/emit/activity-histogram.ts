import {
  type Activity,
  ACTIVITY_BINS,
  isTerminal,
  type WorkflowEvent,
  marksOf,
  tapeDistance,
  tokensOf,
  type WorkflowSummary,
} from '@runtape/events';

/** At most one event a second carries the summary, so that plain tokens stay cheap. */
const EVERY_MS = 1000;
const FIRST_BIN_MS = 250;

/** Counts activity into a few bins for lists. If a worker dies, up to a second of it is missing. */
export class ActivityHistogram {
  #binMs: number;
  #lengthMs: number;
  /** Time of the last event, in ms since 1970; `null` before the first. */
  #at: number | null;
  #reportedAt: number | null = null;
  /** Fractions: a piece of text may be less than a token. */
  #tokens: number[];
  #marks: number[];

  /** The last timestamp parsed, and its value in ms since 1970. */
  #readTimestamp = '';
  #readAt = Number.NaN;

  /** @param before the activity of earlier attempts. */
  constructor(before: Activity | undefined) {
    this.#binMs = before?.binMs ?? FIRST_BIN_MS;
    this.#lengthMs = before?.lengthMs ?? 0;
    this.#at = before?.at ?? null;
    this.#tokens = [...(before?.tokens ?? [])];
    this.#marks = [...(before?.marks ?? [])];
  }

  /** @returns the change to the summary that goes with the event; usually none. */
  add(event: WorkflowEvent): Partial<WorkflowSummary> {
    const at = this.#timeOf(event);
    const bin = this.#binAt(at);
    this.#tokens[bin] = (this.#tokens[bin] ?? 0) + tokensOf(event);
    this.#marks[bin] = (this.#marks[bin] ?? 0) | marksOf(event);
    this.#reportedAt ??= at;
    const isDue = Math.abs(at - this.#reportedAt) >= EVERY_MS;
    if (!isDue && !isTerminal(event)) return {};
    this.#reportedAt = at;
    return { activity: this.#snapshot(at) };
  }

  /** Events within one ms are parsed once. */
  #timeOf({ timestamp }: WorkflowEvent): number {
    if (timestamp !== this.#readTimestamp) {
      this.#readTimestamp = timestamp;
      this.#readAt = Date.parse(timestamp);
    }
    return this.#readAt;
  }

  #binAt(at: number): number {
    this.#lengthMs += this.#at === null ? 0 : tapeDistance(this.#at, at);
    this.#at = at;
    while (this.#lengthMs >= ACTIVITY_BINS * this.#binMs) this.#halve();
    const bin = Math.floor(this.#lengthMs / this.#binMs);
    for (let empty = this.#tokens.length; empty <= bin; empty += 1) {
      this.#tokens.push(0);
      this.#marks.push(0);
    }
    return bin;
  }

  #halve(): void {
    this.#binMs *= 2;
    this.#tokens = sumPairs(this.#tokens, (a, b) => a + b);
    this.#marks = sumPairs(this.#marks, (a, b) => a | b);
  }

  #snapshot(at: number): Activity {
    const tokens = this.#tokens.map((count) => Math.round(count));
    const [binMs, lengthMs] = [this.#binMs, this.#lengthMs];
    return { binMs, lengthMs, at, tokens, marks: [...this.#marks] };
  }
}

function sumPairs(values: readonly number[], sum: (a: number, b: number) => number): number[] {
  return Array.from({ length: Math.ceil(values.length / 2) }, (_, pair) =>
    sum(values[2 * pair] ?? 0, values[2 * pair + 1] ?? 0),
  );
}
