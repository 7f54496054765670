import { Deadline } from './deadline.ts';
import { ApiError } from '../errors/api-error.ts';
import { RateLimit, type Requester, userKeyOf } from './rate-limit.ts';
import type { Observer, StreamOutcome, Surface } from '../metrics/observer.ts';

const SECOND_MS = 1000;
/**
 * The `Retry-After` for users with too many streams. It is a compromise, because the end of a
 * stream cannot be predicted.
 */
const UNTIL_ONE_ENDS_SECONDS = 10;

export interface StreamLimiterOptions {
  readonly observer: Observer;
  /** How many streams one user, or without accounts one address, may have open at once. */
  readonly maxPerUser: number;
  /** How many streams a user may open per minute. */
  readonly attemptsPerMinute: number;
  /** In ms since 1970. */
  readonly now: () => number;
  /** In ms, never backwards. Default: `performance.now`. */
  readonly monotonicNow?: (() => number) | undefined;
}

export interface StreamRequest extends Requester {
  readonly surface: Surface;
  /**
   * The number of streams that it counts as: one for each requested workflow and thread. Default:
   * 1.
   */
  readonly count?: number | undefined;
}

/** A user with open streams. */
interface User {
  readonly key: string;
  /** The number of open streams of the user. */
  open: number;
}

/** Limits the open streams per user in this process, and counts all streams. */
export class StreamLimiter {
  readonly #options: StreamLimiterOptions;
  readonly #attempts: RateLimit;
  readonly #users = new Map<string, User>();
  /** One object for all streams: there may be ten thousand, most of them idle. */
  readonly #host: StreamHost;

  constructor(options: StreamLimiterOptions) {
    this.#options = options;
    const { attemptsPerMinute, monotonicNow, now, observer } = options;
    this.#attempts = new RateLimit({ perMinute: attemptsPerMinute, now: monotonicNow });
    this.#host = {
      now,
      delivered: (surface, events) => observer.delivered(surface, events),
      ended: ({ surface, user, count }, outcome, stream) => {
        this.#leave(user, count);
        observer.streamEnded(surface, outcome, stream);
      },
    };
  }

  /**
   * Admits a stream; the caller must dispose of the result.
   * @throws ApiError `too_many_attempts`, `too_many_streams`.
   */
  acquire({ surface, count = 1, ...requester }: StreamRequest): OpenStream {
    const user = this.#enter(userKeyOf(requester), count);
    this.#options.observer.streamOpened(surface);
    const { expiresAt } = requester.identity;
    return new OpenStream(this.#host, { surface, user, count, expiresAt });
  }

  /**
   * Admits a request that waits. It counts as one stream for the limit but is not reported as a
   * stream.
   * @throws ApiError `too_many_attempts`, `too_many_streams`.
   */
  acquireWaiting(requester: Requester): Disposable {
    const user = this.#enter(userKeyOf(requester), 1);
    let isIn = true;
    return {
      [Symbol.dispose]: () => {
        if (isIn) this.#leave(user, 1);
        isIn = false;
      },
    };
  }

  /** @returns the user; call `leave` exactly once for it */
  #enter(key: string, count: number): User {
    const { observer, maxPerUser } = this.#options;
    const waitMs = this.#attempts.take(key);
    if (waitMs > 0) {
      observer.streamRefused('too_many_attempts');
      const retryAfterSeconds = Math.ceil(waitMs / SECOND_MS);
      throw new ApiError(
        'too_many_attempts',
        `Too many streams were opened in the last minute. Try again in ${retryAfterSeconds} s.`,
        { retryAfterSeconds },
      );
    }
    const user = this.#users.get(key) ?? { key, open: 0 };
    const { open } = user;
    if (open + count > maxPerUser) {
      observer.streamRefused('too_many_streams');
      throw new ApiError('too_many_streams', tooManyStreams({ open, count, maxPerUser }), {
        retryAfterSeconds: UNTIL_ONE_ENDS_SECONDS,
      });
    }
    user.open += count;
    this.#users.set(key, user);
    return user;
  }

  #leave(user: User, count: number): void {
    user.open -= count;
    if (user.open === 0) this.#users.delete(user.key);
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

/** Receives the reports of admitted streams. */
interface StreamHost {
  /** In ms since 1970. */
  now(): number;
  delivered(surface: Surface, events: number): void;
  ended(
    admitted: Admitted,
    outcome: StreamOutcome,
    stream: { readonly durationMs: number; readonly events: number },
  ): void;
}

interface Admitted {
  readonly surface: Surface;
  readonly user: User;
  /** The number of streams that it counts as. */
  readonly count: number;
  /** When the reader's session ends, in ms since 1970; `null`: never. */
  readonly expiresAt: number | null;
}

/** One admitted stream. Its outcome is counted when it is disposed of. */
export class OpenStream implements Disposable {
  readonly #host: StreamHost;
  readonly #admitted: Admitted;
  readonly #startedAt: number;
  #session: Deadline | null = null;
  #outcome: StreamOutcome = 'left';
  #events = 0;
  #isDisposed = false;

  constructor(host: StreamHost, admitted: Admitted) {
    this.#host = host;
    this.#admitted = admitted;
    this.#startedAt = host.now();
    const { expiresAt } = admitted;
    // A session that never ends needs no timer, which saves memory for each idle stream.
    if (expiresAt !== null) this.#session = new Deadline(expiresAt, () => host.now());
  }

  get surface(): Surface {
    return this.#admitted.surface;
  }

  /** When the reader's session ends, in ms since 1970; `null`: never. */
  get expiresAt(): number | null {
    return this.#admitted.expiresAt;
  }

  /** Aborts when the reader's session ends. */
  get expired(): AbortSignal {
    this.#session ??= new Deadline(null, () => this.#host.now());
    return this.#session.signal;
  }

  delivered(events: number): void {
    this.#events += events;
    this.#host.delivered(this.surface, events);
  }

  /** Adds delivered events that the caller reports together with those of other streams. */
  add(events: number): void {
    this.#events += events;
  }

  /** Records that everything was sent. */
  completed(): void {
    this.#outcome = 'completed';
  }

  /** Records that the stream is about to end because of an error of the server. */
  failed(): void {
    this.#outcome = 'failed';
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#session?.[Symbol.dispose]();
    const durationMs = Math.max(0, this.#host.now() - this.#startedAt);
    this.#host.ended(this.#admitted, this.#outcome, { durationMs, events: this.#events });
  }
}
