import { abortError } from '@runtape/async';
import type { Alarm } from './retry-timer.ts';
import type { Attempts } from './reconnect-policy.ts';
import type { ConnectionState } from './connection-state.ts';
import type { RuntapeClientError } from '../errors.ts';
import { type Polled, Polling } from './polling.ts';

/** How one stream ended. */
export type StreamEnd =
  /** Everything there will ever be has come. */
  | { readonly kind: 'returned' }
  /** As was wanted: open another at once. */
  | { readonly kind: 'again' }
  | { readonly kind: 'failed'; readonly error: RuntapeClientError };

/** What opens streams and hands on what they bring. */
export interface Carrier {
  /** Where it stands: another value after each event. */
  readonly position: unknown;
  /**
   * Opens one stream where it stands, and hands on what it brings until it ends. It never reconnects.
   * @param onLive called when the stream stands, before anything of it is handed on; when it returns false, the stream is of
   * no use and ends as `again`.
   * @throws an AbortError when the signal aborts.
   */
  stream(onLive: () => boolean, signal: AbortSignal): Promise<StreamEnd>;
  /** Asks once for what is new, and hands it on. */
  poll(signal: AbortSignal): Promise<Polled>;
}

export interface KeepStreamingOptions {
  readonly carrier: Carrier;
  readonly attempts: Attempts;
  readonly alarm: Alarm;
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * Keeps a stream standing: connects again, later each time, and asks for events while streaming does not work. Returns when
 * everything has come.
 * @throws RuntapeClientError when the server refuses, or the attempts are used up; an AbortError when the signal aborts.
 */
export async function keepStreaming(options: KeepStreamingOptions): Promise<void> {
  const { carrier, signal } = options;
  const over = new AbortController();
  const polling = new Polling({
    ...options,
    poll: (asking) => carrier.poll(asking),
    onEnd: () => over.abort(),
  });
  try {
    await streamOn({ ...options, signal: AbortSignal.any([signal, over.signal]) }, polling);
  } catch (error) {
    if (signal.aborted) throw abortError(signal);
    const { end } = polling;
    if (end === null) throw error;
    if (end.error !== null) throw end.error;
  } finally {
    polling.stop();
  }
}

async function streamOn(
  { carrier, attempts, alarm, signal, onConnection }: KeepStreamingOptions,
  polling: Polling,
): Promise<void> {
  onConnection({ state: 'connecting' });
  for (;;) {
    const before = carrier.position;
    const end = await carrier.stream(() => {
      attempts.connected();
      polling.stop();
      // What polls brought meanwhile the stream would bring again, and merged with what is new.
      if (carrier.position !== before) return false;
      onConnection({ state: 'live' });
      return true;
    }, signal);
    if (end.kind === 'returned') return;
    if (end.kind === 'again') continue;
    const next = attempts.failed(end.error);
    if (attempts.shouldPoll) polling.start();
    if (!polling.isAnswered) onConnection({ state: 'reconnecting', ...next });
    await alarm.sleep(next.inMs, signal);
    if (!polling.isAnswered) onConnection({ state: 'connecting' });
  }
}
