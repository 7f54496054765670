import { abortError, onAbort } from '@runtape/async';
import { connectionLost, RuntapeClientError, unreachable } from './errors.ts';
import type { StreamEnd } from './transport.ts';

/** The members of tRPC's observer that are used here. */
interface SubscriptionObserver {
  readonly onStarted: () => void;
  readonly onData: (value: unknown) => void;
  readonly onStopped: () => void;
  readonly onError: (error: unknown) => void;
  readonly onConnectionStateChange: (change: { readonly error: unknown }) => void;
}

export type Subscribe = (observer: SubscriptionObserver) => { readonly unsubscribe: () => void };

export interface StreamSubscriptionOptions {
  readonly subscribe: Subscribe;
  /** Accepts a message. Returns how the stream ends because of it, or `null` if it continues. */
  readonly accept: (id: string, data: unknown) => StreamEnd | null;
  /** When it returns false, the stream is not needed. */
  readonly onLive: () => boolean;
  /** The time limit for the server's first response, in ms. */
  readonly connectTimeoutMs: number;
  /** Ends the stream as `reopen`. */
  readonly superseded: AbortSignal;
  readonly signal: AbortSignal;
}

/**
 * Runs one tRPC subscription, from connecting to its first failure. It never reconnects.
 * @throws an AbortError when the signal aborts.
 */
export async function streamSubscription(options: StreamSubscriptionOptions): Promise<StreamEnd> {
  const { subscribe, accept, onLive, connectTimeoutMs, superseded, signal } = options;
  if (signal.aborted) throw abortError(signal);
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  let hasEnded = false;
  let wasLive = false;
  const finish = (end: StreamEnd): void => {
    hasEnded = true;
    resolve(end);
  };
  const fail = (thrown: unknown): void =>
    finish({ kind: 'failed', error: toConnectionError(thrown, wasLive) });
  // An EventSource waits forever for a server that accepts the connection but does not respond.
  const connecting = setTimeout(() => fail(unreachable(null)), connectTimeoutMs);
  const listening = [signal, superseded].map((each) =>
    onAbort(each, () => finish({ kind: 'reopen' })),
  );
  const subscription = subscribe({
    onStarted: () => {
      if (hasEnded) return;
      wasLive = true;
      clearTimeout(connecting);
      if (!onLive()) finish({ kind: 'reopen' });
    },
    onData: (value) => {
      if (hasEnded) return;
      const { id, data } = untracked(value);
      const end = accept(id, data);
      if (end !== null) finish(end);
    },
    onStopped: () => finish({ kind: 'completed' }),
    onError: fail,
    // tRPC would reconnect by itself, without backoff and forever. Here the first failure ends it.
    onConnectionStateChange: ({ error }) => {
      if (error !== null) fail(error);
    },
  });
  const end = await promise;
  clearTimeout(connecting);
  for (const stopListening of listening) stopListening();
  subscription.unsubscribe();
  if (signal.aborted) throw abortError(signal);
  return end;
}

/** tRPC passes on data without an id unwrapped. */
function untracked(value: unknown): { readonly id: string; readonly data: unknown } {
  const isTracked = typeof value === 'object' && value !== null && 'id' in value && 'data' in value;
  return isTracked && typeof value.id === 'string'
    ? { id: value.id, data: value.data }
    : { id: '', data: value };
}

/**
 * An EventSource does not report why it failed, but whether it was connected before is enough to
 * choose the error.
 */
function toConnectionError(thrown: unknown, wasLive: boolean): RuntapeClientError {
  const error = RuntapeClientError.from(thrown);
  if (error.code !== 'not_understood') return error;
  return wasLive ? connectionLost(thrown) : unreachable(thrown);
}
