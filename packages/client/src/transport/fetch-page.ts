import { unreachable } from '../errors.ts';
import type { Polled } from '../reconnect/polling.ts';
import type { TrpcClient } from './trpc-client.ts';

/** What one question brought. */
export interface Page {
  /** In order, as a stream would have brought it. */
  readonly items: readonly { readonly id: string; readonly data: unknown }[];
  /** What there is to do after these. */
  readonly polled: Polled;
}

/** Whom to ask, and for how long. */
export interface Asking {
  readonly trpc: TrpcClient;
  /** How long to wait for the answer, in ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks once, for those who cannot stream.
 * @throws whatever the call does; RuntapeClientError `unreachable` when there is no answer in time.
 */
export async function ask(
  { signal, timeoutMs }: Asking,
  call: (signal: AbortSignal) => Promise<Page>,
): Promise<Page> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    return await call(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    throw late.signal.aborted && !signal.aborted ? unreachable(error) : error;
  } finally {
    clearTimeout(timer);
  }
}
