import type { RuntapeClientError } from './errors.ts';

/** How one stream ended. */
export type StreamEnd =
  /** Everything there will ever be has come. */
  | { readonly kind: 'returned' }
  /** It was given up for another one: open that at once. */
  | { readonly kind: 'again' }
  | { readonly kind: 'failed'; readonly error: RuntapeClientError };

/** `more`: poll again at once. `idle`: that was all for now. `ended`: nothing comes any more. */
export type PollResult = 'more' | 'idle' | 'ended';

/** Opens streams, polls, and hands on what they bring. */
export interface Transport {
  /** How far it has come: another value after each event. */
  readonly position: unknown;
  /**
   * Opens one stream at the position, and hands on what it brings until it ends. It never
   * reconnects.
   * @param onLive called when the stream is open, before anything of it is handed on. When it
   *   returns false, the stream is not needed and ends as `again`.
   * @throws an AbortError when the signal aborts.
   */
  stream(onLive: () => boolean, signal: AbortSignal): Promise<StreamEnd>;
  /** Fetches once what is new, and hands it on. */
  poll(signal: AbortSignal): Promise<PollResult>;
}
