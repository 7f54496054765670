import { nowMs } from '../measure/clock.ts';
import type { NumberIn } from './event-scanner.ts';
import { Watcher } from './watcher.ts';

/** So many connections are opened at a time: the backlog of any server has room for them. */
const OPENED_AT_ONCE = 100;
const PROBLEMS_TOLD = 5;

export interface AudienceOptions {
  readonly port: number;
  /** Of the watchers in turn. */
  readonly requests: readonly string[];
  readonly numberIn: NumberIn;
  readonly count: number;
  /** Whether events tell when they were written. Default: they do not. */
  readonly isStamped?: boolean | undefined;
  /**
   * Whether several tokens may have come as one event, with the id of the last. Default: each event
   * comes by itself.
   */
  readonly mayMerge?: boolean | undefined;
}

/** What came by when the last watcher had everything. */
export interface Arrival {
  /** When the last of them had the last event, by `nowMs`. */
  readonly atMs: number;
  readonly events: number;
  readonly bytes: number;
  /** Of each thing that was lost, doubled, or out of order; a few of them. */
  readonly problems: readonly string[];
  /** How long each event was under way, in ms, where events tell when they were written. */
  readonly delaysMs: readonly number[];
}

/**
 * All who watch one server. Each event is checked at each of them: it must have the next number.
 */
export class Audience {
  readonly #watchers: Watcher[] = [];
  /** The last number that each has seen. */
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

  /** @returns once each of them is being answered. */
  static async open(options: AudienceOptions): Promise<Audience> {
    const { count } = options;
    const audience = new Audience(options);
    while (audience.#watchers.length < count) {
      const next = Math.min(OPENED_AT_ONCE, count - audience.#watchers.length);
      const opened = Array.from({ length: next }, () => audience.#add(options));
      await Promise.all(opened.map((watcher) => watcher.opened));
    }
    return audience;
  }

  /**
   * @returns when each of them has come to this number, or after a while without it.
   * @param timeoutMs how long to wait; whoever has not come so far by then has lost the rest.
   */
  async reach(target: number, timeoutMs: number): Promise<Arrival> {
    this.#target = target;
    this.#missing = this.#seen.filter((seen) => seen < target).length;
    this.#reached = Promise.withResolvers();
    if (this.#missing === 0) this.#reached.resolve(nowMs());
    const late = setTimeout(() => {
      this.#complain(
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
   * The last number that each has seen, in the order of the requests, and what was lost or doubled
   * up to now.
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
        // What has ended ends its stream when all of it was sent; where the end is not known,
        // whoever asks compares it.
        const isEarly = !this.#mayMerge && (this.#seen[index] ?? 0) < this.#target;
        if (isEarly) this.#complain(`a stream ended: ${why}`);
      },
    });
    this.#watchers.push(watcher);
    return watcher;
  }

  #saw(index: number, number: number): void {
    const last = this.#seen[index] ?? 0;
    const isNext = this.#mayMerge ? number > last : number === last + 1;
    if (!isNext) this.#complain(`event ${number} came after ${last}`);
    this.#seen[index] = number;
    this.#events += 1;
    if (number !== this.#target) return;
    this.#missing -= 1;
    if (this.#missing === 0) this.#reached?.resolve(nowMs());
  }

  #complain(problem: string): void {
    if (this.#problems.length < PROBLEMS_TOLD) this.#problems.push(problem);
  }
}
