import { Deadline } from '../accounts/deadline.ts';
import { ApiError } from '../errors.ts';
import { RateLimit } from './rate-limit.ts';
import type { StreamOutcome, StreamStatistics } from './stream-statistics.ts';
import { type Asking, userKeyOf } from './user-key.ts';

const SECOND_MS = 1000;
/** Nobody knows when a stream ends; soon enough for one that does, and seldom enough for one that does not. */
const UNTIL_ONE_ENDS_SECONDS = 10;

/** By what a stream is served. */
export type Surface = 'trpc' | 'sse' | 'thread' | 'shared' | 'chat';

/** Hears of streams, for monitoring. */
export interface StreamObserver {
  opened(surface: Surface): void;
  /** Events went out; called once per write, or once for the same write to many. */
  delivered(surface: Surface, events: number): void;
  ended(surface: Surface, outcome: StreamOutcome, durationMs: number): void;
  refused(reason: 'too_many_streams' | 'too_many_attempts'): void;
}

export interface OpenStreamsOptions {
  readonly statistics: StreamStatistics;
  /** How many streams one user may have open at once; without accounts, one address. */
  readonly maxPerUser: number;
  /** How many streams a user may open a minute. */
  readonly attemptsPerMinute: number;
  readonly observer?: StreamObserver | undefined;
  /** In ms since 1970. */
  readonly now: () => number;
  /** In ms, never backwards. Default: `performance.now`. */
  readonly monotonicNow?: (() => number) | undefined;
}

export interface StreamRequest extends Asking {
  readonly surface: Surface;
  /** As how many streams it counts: one for each workflow and thread that it asks for. Default: 1. */
  readonly count?: number | undefined;
}

/** The streams that this process serves: lets in as many as a user may have, and counts them all. */
export class OpenStreams {
  readonly #options: OpenStreamsOptions;
  readonly #attempts: RateLimit;
  readonly #perUser = new Map<string, number>();

  constructor(options: OpenStreamsOptions) {
    this.#options = options;
    const { attemptsPerMinute, monotonicNow } = options;
    this.#attempts = new RateLimit({ perMinute: attemptsPerMinute, now: monotonicNow });
  }

  /**
   * Lets a stream in; whoever serves it disposes of what is returned.
   * @throws ApiError `too_many_attempts`, `too_many_streams`.
   */
  admit({ surface, count = 1, ...asking }: StreamRequest): OpenStream {
    const { statistics, observer, now } = this.#options;
    const leave = this.#enter(userKeyOf(asking), count);
    statistics.opened();
    observer?.opened(surface);
    const startedAt = now();
    return new OpenStream({
      surface,
      until: asking.identity.until,
      now,
      onDelivered: (events) => this.delivered(surface, events),
      onEnd: (outcome, events) => {
        const durationMs = Math.max(0, now() - startedAt);
        leave();
        statistics.ended(outcome, { durationMs, events });
        observer?.ended(surface, outcome, durationMs);
      },
    });
  }

  /** Events went out that no stream has told of. */
  delivered(surface: Surface, events: number): void {
    this.#options.observer?.delivered(surface, events);
  }

  /**
   * Lets a request in that holds its place as a stream does, because it waits. It counts as one, and is not told of as one.
   * @throws ApiError `too_many_attempts`, `too_many_streams`.
   */
  admitWaiting(asking: Asking): Disposable {
    const leave = this.#enter(userKeyOf(asking), 1);
    return { [Symbol.dispose]: leave };
  }

  /** @returns what gives the place back, once. */
  #enter(user: string, count: number): () => void {
    const { observer, maxPerUser } = this.#options;
    const waitMs = this.#attempts.take(user);
    if (waitMs > 0) {
      observer?.refused('too_many_attempts');
      const retryAfterSeconds = Math.ceil(waitMs / SECOND_MS);
      throw new ApiError(
        'too_many_attempts',
        `Too many streams were opened in the last minute. Try again in ${retryAfterSeconds} s.`,
        { retryAfterSeconds },
      );
    }
    const open = this.#perUser.get(user) ?? 0;
    if (open + count > maxPerUser) {
      observer?.refused('too_many_streams');
      throw new ApiError('too_many_streams', tooManyStreams({ open, count, maxPerUser }), {
        retryAfterSeconds: UNTIL_ONE_ENDS_SECONDS,
      });
    }
    this.#perUser.set(user, open + count);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      const left = (this.#perUser.get(user) ?? count) - count;
      if (left > 0) this.#perUser.set(user, left);
      else this.#perUser.delete(user);
    };
  }
}

function tooManyStreams({
  open,
  count,
  maxPerUser,
}: Readonly<Record<'open' | 'count' | 'maxPerUser', number>>): string {
  const most = `One may have ${maxPerUser} open streams, and there are ${open} already.`;
  return count === 1
    ? `${most} Close one, or let your pages share a connection.`
    : `${most} This request counts as ${count}, one for each workflow and thread. Close some, or ask for fewer.`;
}

interface OpenStreamOptions {
  readonly surface: Surface;
  readonly until: number | null;
  readonly now: () => number;
  readonly onDelivered: (events: number) => void;
  readonly onEnd: (outcome: StreamOutcome, events: number) => void;
}

/** One stream that was let in. What is said of it is counted when it is disposed of. */
export class OpenStream implements Disposable {
  readonly #options: OpenStreamOptions;
  #session: Deadline | null = null;
  #outcome: StreamOutcome = 'left';
  #events = 0;
  #isOver = false;

  constructor(options: OpenStreamOptions) {
    this.#options = options;
    const { until, now } = options;
    // One that never ends costs no timer, and each idle stream counts.
    this.#session = until === null ? null : new Deadline(until, now);
  }

  get surface(): Surface {
    return this.#options.surface;
  }

  /** When whoever reads is no longer who they said, in ms since 1970; `null`: never. */
  get until(): number | null {
    return this.#options.until;
  }

  /** Aborts when whoever reads is no longer who they said. */
  get expired(): AbortSignal {
    this.#session ??= new Deadline(null, this.#options.now);
    return this.#session.signal;
  }

  delivered(events: number): void {
    this.#events += events;
    this.#options.onDelivered(events);
  }

  /** Events were delivered that somebody else tells of, together with those of other streams. */
  add(events: number): void {
    this.#events += events;
  }

  /** Everything of the workflow was sent. */
  completed(): void {
    this.#outcome = 'completed';
  }

  /** It is about to end because something went wrong here. */
  failed(): void {
    this.#outcome = 'failed';
  }

  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#session?.[Symbol.dispose]();
    this.#options.onEnd(this.#outcome, this.#events);
  }
}
