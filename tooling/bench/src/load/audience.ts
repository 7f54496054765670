import { nowMs } from '../measure/clock.ts';
import type { NumberIn } from './event-scanner.ts';
import { Watcher } from './watcher.ts';

/** The number of connections opened at a time, which the backlog of any server can hold. */
const MAX_OPENING = 100;
const MAX_PROBLEMS = 5;

export interface AudienceOptions {
  readonly port: number;
  /** The requests of the watchers, in turn. */
  readonly requests: readonly string[];
  readonly numberIn: NumberIn;
  readonly count: number;
  /** Whether events contain the time when they were written. Default: false. */
  readonly isStamped?: boolean | undefined;
  /**
   * Whether several tokens may arrive as one event, with the id of the last. Default: each event
   * arrives separately.
   */
  readonly mayMerge?: boolean | undefined;
}

/** The state when the last watcher had everything. */
export interface Arrival {
  /** When the last watcher had the last event, by `nowMs`. */
  readonly atMs: number;
  readonly events: number;
  readonly bytes: number;
  /** A few of the events that were lost, doubled or out of order. */
  readonly problems: readonly string[];
  /** The delay of each event in ms, if events contain the time when they were written. */
  readonly delaysMs: readonly number[];
}

/**
 * All watchers of one server. Each event is checked for each watcher: it must have the next number.
 */
export class Audience {
  readonly #watchers: Watcher[] = [];
  /** The last number that each watcher has seen. */
  readonly #seen: Uint32Array;
  #target = Number.POSITIVE_INFINITY;
  #missing = 0;
  #events = 0;
  #bytes = 0;
  readonly #problems: string[] = [];
  #delaysMs: number[] = [];
  #reached: PromiseWithResolvers<number> | undefined;
  readonly #mayMerge: boolean;

  private constructor({ count, mayMerge = false }: AudienceOptions) {
    this.#seen = new Uint32Array(count);
    this.#mayMerge = mayMerge;
  }

  /** @returns once the server has answered each watcher. */
  static async open(options: AudienceOptions): Promise<Audience> {
    const { count } = options;
    const audience = new Audience(options);
    while (audience.#watchers.length < count) {
      const next = Math.min(MAX_OPENING, count - audience.#watchers.length);
      const opened = Array.from({ length: next }, () => audience.#add(options));
      await Promise.all(opened.map((watcher) => watcher.opened));
    }
    return audience;
  }

  /**
   * @returns when each watcher has reached this number, or after `timeoutMs`.
   * @param timeoutMs how long to wait; a watcher that has not reached the number by then has lost
   *    the rest.
   */
  async waitFor(target: number, timeoutMs: number): Promise<Arrival> {
    this.#target = target;
    this.#missing = this.#seen.filter((seen) => seen < target).length;
    this.#reached = Promise.withResolvers();
    if (this.#missing === 0) this.#reached.resolve(nowMs());
    const late = setTimeout(() => {
      this.#report(
        `${this.#missing} of ${this.#seen.length} watchers did not get all events within ${timeoutMs} ms`,
      );
      this.#reached?.resolve(nowMs());
    }, timeoutMs);
    const atMs = await this.#reached.promise;
    clearTimeout(late);
    const arrival = {
      atMs,
      events: this.#events,
      bytes: this.#bytes,
      problems: [...this.#problems],
      delaysMs: this.#delaysMs,
    };
    this.#delaysMs = [];
    this.#events = 0;
    this.#bytes = 0;
    return arrival;
  }

  /**
   * The last number that each watcher has seen, in the order of the requests, and the events that
   * were lost or doubled so far.
   */
  get seen(): { readonly numbers: readonly number[]; readonly problems: readonly string[] } {
    return { numbers: [...this.#seen], problems: [...this.#problems] };
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  #add(options: AudienceOptions): Watcher {
    const index = this.#watchers.length;
    const { requests, isStamped = false, ...rest } = options;
    const watcher: Watcher = new Watcher({
      ...rest,
      request: requests[index % requests.length] ?? '',
      onNumber: (number) => this.#saw(index, number),
      onStamp: isStamped ? (stampMs) => this.#delaysMs.push(nowMs() - stampMs) : undefined,
      onBytes: (bytes) => {
        this.#bytes += bytes;
      },
      onEnd: (why) => {
        // A server ends a stream once a finished workflow is sent completely; if the end is
        // unknown, the caller compares it.
        const isEarly = !this.#mayMerge && (this.#seen[index] ?? 0) < this.#target;
        if (isEarly) this.#report(`a stream ended: ${why}`);
      },
    });
    this.#watchers.push(watcher);
    return watcher;
  }

  #saw(index: number, number: number): void {
    const last = this.#seen[index] ?? 0;
    const isNext = this.#mayMerge ? number > last : number === last + 1;
    if (!isNext) this.#report(`event ${number} came after ${last}`);
    this.#seen[index] = number;
    this.#events += 1;
    if (number !== this.#target) return;
    this.#missing -= 1;
    if (this.#missing === 0) this.#reached?.resolve(nowMs());
  }

  #report(problem: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }
}
