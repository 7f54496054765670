import { backoffMs } from '@runtape/async';
import type { RedisOptions } from 'ioredis';

/** Clients continue within a second after Redis has recovered, even from a long outage. */
const MAX_DELAY_MS = 400;
const FIRST_DELAY_MS = 50;
/** How long to wait for the server to close the connection; a frozen server never does. */
const DISCONNECT_WITHIN_MS = 200;
/**
 * Less than the time of a call, so that a frozen connection is dropped before the call times out.
 */
const SHARE_OF_CALL = 0.8;

export interface ClientSettings {
  readonly timeoutMs: number;
  readonly random: () => number;
}

/**
 * The options of every connection. When a connection breaks, commands in flight reject and the
 * library never resends them: the writer has to check whether a write took place. Commands issued
 * while reconnecting wait for the next attempt, and are sent in order or reject with it.
 */
export function clientOptions({ timeoutMs, random }: ClientSettings) {
  const socketTimeout = Math.ceil(timeoutMs * SHARE_OF_CALL);
  return {
    lazyConnect: true,
    connectionName: 'runtape-commands',
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // While Redis loads its data it rejects each command with that reason; the library's check
    // would keep commands waiting.
    enableReadyCheck: false,
    connectTimeout: socketTimeout,
    disconnectTimeout: DISCONNECT_WITHIN_MS,
    // Ends a connection that does not answer, because it is half-open or the server is frozen.
    socketTimeout,
    // When a primary has become a replica, a new connection finds the new primary. The command is
    // still rejected.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    retryStrategy: (tries: number) => delay(tries, random),
  } satisfies RedisOptions;
}

/** Doubles up to a cap; the jitter spreads the reconnects after a server restart. */
export function delay(tries: number, random: () => number): number {
  return backoffMs(tries, { baseMs: FIRST_DELAY_MS, maxMs: MAX_DELAY_MS }, random);
}

/** A subscriber does not queue: subscriptions are requested again once the connection is ready. */
export const subscriberOptions = {
  connectionName: 'runtape-subscriber',
  enableOfflineQueue: false,
} satisfies RedisOptions;

/** What to check when a connection ends before any reply. @param how how to turn TLS on. */
export function tlsHint(isSpoken: boolean, how: string): string {
  return isSpoken
    ? 'that it speaks TLS, and whether it wants a certificate of this client (REDIS_TLS_CERT)'
    : `that it does not speak TLS (${how} if it does)`;
}
