/** What one request shall be answered with instead of the truth. */
export interface Scripted {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Which requests a script is for: a method, and a part of the path. */
export interface Match {
  readonly method?: string;
  readonly path: string;
}

const inSeconds = (seconds: number): string => String(Math.ceil(Date.now() / 1000) + seconds);

/** The refusals GitHub is known for, in its own words. */
export const scripted = {
  badCredentials: { status: 401, message: 'Bad credentials' },
  forbidden: { status: 403, message: 'Resource not accessible by personal access token' },
  serverError: { status: 502, message: 'Server Error' },
  /** The hourly quota is used up and comes back in so many seconds. */
  rateLimited: (seconds: number): Scripted => ({
    status: 403,
    message: 'API rate limit exceeded for 127.0.0.1.',
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(seconds) },
  }),
  /** Too many requests in a short time. */
  tooManyRequests: (seconds: number): Scripted => ({
    status: 429,
    message: 'You have exceeded a secondary rate limit.',
    headers: { 'retry-after': String(seconds) },
  }),
} as const;

/**
 * Whether the request is answered instead of being carried out, or carried out and its answer lost.
 */
export type When = 'instead' | 'after';

/** Answers prepared in advance, each used once, first match first. */
export class Script {
  readonly #pending: { readonly match: Match; readonly when: When; readonly answer: Scripted }[] =
    [];
  readonly #held: { readonly match: Match; readonly until: Promise<void> }[] = [];

  add(match: Match, when: When, answers: readonly Scripted[]): void {
    this.#pending.push(...answers.map((answer) => ({ match, when, answer })));
  }

  /** Lets the next request that matches wait for its answer, after it was carried out. */
  hold(match: Match, until: Promise<void>): void {
    this.#held.push({ match, until });
  }

  /** Waits when the request is one to be held. */
  async pass(method: string, path: string): Promise<void> {
    const index = this.#held.findIndex(({ match }) => fits(match, method, path));
    if (index !== -1) await this.#held.splice(index, 1)[0]?.until;
  }

  take(method: string, path: string, at: When): Scripted | undefined {
    const index = this.#pending.findIndex(
      ({ match, when }) => when === at && fits(match, method, path),
    );
    return index === -1 ? undefined : this.#pending.splice(index, 1)[0]?.answer;
  }
}

function fits(match: Match, method: string, path: string): boolean {
  return (match.method ?? method) === method && path.includes(match.path);
}
