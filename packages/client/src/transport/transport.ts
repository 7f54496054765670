import type { RuntapeClientError } from './errors.ts';

/** How one stream ended. */
export type StreamEnd =
  /** All entries have arrived. */
  | { readonly kind: 'completed' }
  /** The stream was closed on purpose: open the next one immediately. */
  | { readonly kind: 'reopen' }
  | { readonly kind: 'failed'; readonly error: RuntapeClientError };

/**
 * `more`: poll again immediately. `idle`: there are no more entries for now. `ended`: there will be
 * no more entries.
 */
export type PollResult = 'more' | 'idle' | 'ended';

/** Opens streams, polls, and delivers the messages of both. */
export interface Transport {
  /** The current position; its value changes with each event. */
  readonly position: unknown;
  /**
   * Opens one stream at the current position and delivers its messages until it ends. It never
   * reconnects.
   * @param onLive called when the stream is open, before the first message is delivered. If it
   *   returns false, the stream is not needed and ends as `reopen`.
   * @throws an AbortError when the signal aborts.
   */
  stream(onLive: () => boolean, signal: AbortSignal): Promise<StreamEnd>;
  /** Fetches the new messages once, and delivers them. */
  poll(signal: AbortSignal): Promise<PollResult>;
}
