/**
 * The scripted failure of one request. Counts are in tokens of the answer; an answer that is
 * shorter fails at its end.
 *
 * - `rate_limited`: 429 with a `retry-after` header in seconds.
 * - `server_error`: 500.
 * - `sendError`: 401, as for a wrong key.
 * - `cut`: the socket is destroyed after this many tokens, in the middle of a line.
 * - `malformed_chunk`: after this many tokens follows a `data:` line that is not JSON, and the
 *   stream ends.
 * - `split_emoji`: the draft contains emoji, CJK and right-to-left text, split within characters.
 *   `writes` (the default) splits the UTF-8 bytes of a character between two TCP writes; `deltas`
 *   splits the surrogate pairs of emoji between two chunks, neither of which is then well-formed.
 *   A non-streaming answer arrives in one piece.
 * - `slow`: the whole answer, at this many tokens per second.
 */
export type Failure = FailureKind & {
  /**
   * `draft` postpones the failure until a request is answered with text; the number of tool rounds
   * before that depends on their results. Earlier requests succeed and consume no entry. Default:
   * the next request of any kind.
   */
  readonly at?: 'draft';
};

type FailureKind =
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'server_error' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'cut'; readonly afterTokens: number }
  | { readonly kind: 'malformed_chunk'; readonly afterTokens: number }
  | { readonly kind: 'split_emoji'; readonly across?: 'writes' | 'deltas' }
  | { readonly kind: 'slow'; readonly tokensPerSecond: number };

/** The failures of successive requests; `'ok'` lets one request succeed. */
export type FailureScript = readonly (Failure | 'ok')[];

/** Returns the entries of a script in turn; `'ok'` after its end. */
export class PendingFailures {
  readonly #pending: (Failure | 'ok')[];

  constructor(script: FailureScript) {
    this.#pending = [...script];
  }

  append(script: FailureScript): void {
    this.#pending.push(...script);
  }

  /**
   * Takes the entry for the next request. @param isDraft whether the answer is text, not tool
   * calls.
   */
  next(isDraft: boolean): Failure | 'ok' {
    const [first] = this.#pending;
    if (first === undefined || (first !== 'ok' && first.at === 'draft' && !isDraft)) return 'ok';
    this.#pending.shift();
    return first;
  }
}
