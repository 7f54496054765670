import { abortError } from '@runtape/async';
import type { Transport } from '../transport/transport.ts';
import type { ConnectionState } from './connection-state.ts';
import { Polling } from './polling.ts';
import type { ReconnectPolicy } from './reconnect-policy.ts';
import type { RetryTimer } from './retry-timer.ts';

export interface ReconnectOptions {
  readonly transport: Transport;
  readonly policy: ReconnectPolicy;
  readonly timer: RetryTimer;
  readonly signal: AbortSignal;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * Keeps a stream open: reconnects with increasing delays, and polls while streaming does not work.
 * Returns when all entries have arrived.
 * @throws RuntapeClientError when the server refuses or the attempts are used up; an AbortError
 *   when the signal aborts.
 */
export async function runWithReconnect(options: ReconnectOptions): Promise<void> {
  const { transport, signal } = options;
  const pollingEnded = new AbortController();
  const polling = new Polling({
    ...options,
    poll: (polled) => transport.poll(polled),
    onEnd: () => pollingEnded.abort(),
  });
  try {
    const either = AbortSignal.any([signal, pollingEnded.signal]);
    await reconnectLoop({ ...options, signal: either }, polling);
  } catch (error) {
    if (signal.aborted) throw abortError(signal);
    const { end } = polling;
    if (end === null) throw error;
    if (end.error !== null) throw end.error;
  } finally {
    polling.stop();
  }
}

async function reconnectLoop(
  { transport, policy, timer, signal, onConnection }: ReconnectOptions,
  polling: Polling,
): Promise<void> {
  onConnection({ state: 'connecting' });
  for (;;) {
    const before = transport.position;
    const end = await transport.stream(() => {
      policy.connected();
      polling.stop();
      // Polls have moved the position since. This stream would repeat their events, merged with new
      // ones.
      if (transport.position !== before) return false;
      onConnection({ state: 'live' });
      return true;
    }, signal);
    if (end.kind === 'completed') return;
    if (end.kind === 'reopen') continue;
    const next = policy.failed(end.error);
    if (policy.shouldPoll) polling.start();
    if (!polling.isAnswered) onConnection({ state: 'reconnecting', ...next });
    await timer.sleep(next.inMs, signal);
    if (!polling.isAnswered) onConnection({ state: 'connecting' });
  }
}
