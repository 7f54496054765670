/** A scripted response to one request. */
export interface Scripted {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Selects requests by their method and a part of their path. */
export interface Match {
  readonly method?: string;
  readonly path: string;
}

const inSeconds = (seconds: number): string => String(Math.ceil(Date.now() / 1000) + seconds);

/** Typical error responses of GitHub, with its original messages. */
export const scripted = {
  badCredentials: { status: 401, message: 'Bad credentials' },
  forbidden: { status: 403, message: 'Resource not accessible by personal access token' },
  serverError: { status: 502, message: 'Server Error' },
  /** The hourly quota is used up; it is renewed after `seconds` seconds. */
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
 * `instead`: the response is sent and the request is not executed. `after`: the request is
 * executed, but its own response is lost.
 */
export type When = 'instead' | 'after';

/** Scripted responses. Each is used once; the first match is used first. */
export class Script {
  readonly #pending: { readonly match: Match; readonly when: When; readonly answer: Scripted }[] =
    [];
  readonly #held: { readonly match: Match; readonly until: Promise<void> }[] = [];

  add(match: Match, when: When, answers: readonly Scripted[]): void {
    this.#pending.push(...answers.map((answer) => ({ match, when, answer })));
  }

  /** Delays the response to the next matching request, after the request was executed. */
  hold(match: Match, until: Promise<void>): void {
    this.#held.push({ match, until });
  }

  /** Waits if the request is to be delayed. */
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
