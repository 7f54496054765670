import type { Identity } from '../accounts/identity.ts';
import { ApiError } from '../errors.ts';
import { RateLimit } from './rate-limit.ts';
import type { StreamOutcome, StreamStatistics } from './stream-statistics.ts';

const SECOND_MS = 1000;
/** Nobody knows when a stream ends; soon enough for one that does, and seldom enough for one that does not. */
const UNTIL_ONE_ENDS_SECONDS = 10;
/** Longer than this `setTimeout` fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** By what a stream is served. */
export type Surface = 'trpc' | 'sse' | 'thread' | 'shared' | 'chat';

/** Hears of streams, for monitoring. */
export interface StreamObserver {
  opened(surface: Surface): void;
  /** Events went out; called once per write. */
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
}

export interface StreamRequest {
  readonly identity: Identity;
  /** Where the request comes from; tells those apart who did not sign in. */
  readonly address: string;
  readonly surface: Surface;
}

/** The streams that this process serves: lets in as many as a user may have, and counts them all. */
export class OpenStreams {
  readonly #options: OpenStreamsOptions;
  readonly #attempts: RateLimit;
  readonly #perUser = new Map<string, number>();

  constructor(options: OpenStreamsOptions) {
    this.#options = options;
    const { attemptsPerMinute, now } = options;
    this.#attempts = new RateLimit({ perMinute: attemptsPerMinute, now });
  }

  /**
   * Lets a stream in; whoever serves it disposes of what is returned.
   * @throws ApiError `too_many_attempts`, `too_many_streams`.
   */
  admit({ identity, address, surface }: StreamRequest): OpenStream {
    const { statistics, observer, maxPerUser, now } = this.#options;
    const user = identity.userId === null ? `at ${address}` : `user ${identity.userId}`;
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
    if (open >= maxPerUser) {
      observer?.refused('too_many_streams');
      throw new ApiError(
        'too_many_streams',
        `There are ${open} open streams already, as many as one may have. Close one, or let your pages share a connection.`,
        { retryAfterSeconds: UNTIL_ONE_ENDS_SECONDS },
      );
    }
    this.#perUser.set(user, open + 1);
    statistics.opened();
    observer?.opened(surface);
    const startedAt = now();
    return new OpenStream({
      until: identity.until,
      now,
      onDelivered: (events) => observer?.delivered(surface, events),
      onEnd: (outcome, events) => {
        const durationMs = Math.max(0, now() - startedAt);
        this.#leave(user);
        statistics.ended(outcome, { durationMs, events });
        observer?.ended(surface, outcome, durationMs);
      },
    });
  }

  #leave(user: string): void {
    const open = (this.#perUser.get(user) ?? 1) - 1;
    if (open > 0) this.#perUser.set(user, open);
    else this.#perUser.delete(user);
  }
}

interface OpenStreamOptions {
  readonly until: number | null;
  readonly now: () => number;
  readonly onDelivered: (events: number) => void;
  readonly onEnd: (outcome: StreamOutcome, events: number) => void;
}

/** One stream that was let in. What is said of it is counted when it is disposed of. */
export class OpenStream implements Disposable {
  readonly #options: OpenStreamOptions;
  readonly #expiry = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #outcome: StreamOutcome = 'left';
  #events = 0;
  #isOver = false;

  constructor(options: OpenStreamOptions) {
    this.#options = options;
    this.#awaitExpiry();
  }

  /** Aborts when whoever reads is no longer who they said. */
  get expired(): AbortSignal {
    return this.#expiry.signal;
  }

  delivered(events: number): void {
    this.#events += events;
    this.#options.onDelivered(events);
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
    clearTimeout(this.#timer);
    this.#options.onEnd(this.#outcome, this.#events);
  }

  #awaitExpiry(): void {
    const { until, now } = this.#options;
    if (until === null) return;
    const inMs = Math.max(0, until - now());
    this.#timer = setTimeout(
      () => (inMs > MAX_TIMER_MS ? this.#awaitExpiry() : this.#expiry.abort()),
      Math.min(inMs, MAX_TIMER_MS),
    );
  }
}
