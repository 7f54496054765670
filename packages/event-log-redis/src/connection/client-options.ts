import { backoffMs } from '@runtape/async';
import type { RedisOptions } from 'ioredis';
import type { RedisAddress, RedisTls } from '../options.ts';

/**
 * Whatever waits for Redis goes on within a second after it is back, also when it was away for
 * long.
 */
const LONGEST_DELAY_MS = 400;
const FIRST_DELAY_MS = 50;
/** For the server's part of a goodbye. A frozen one does not say it. */
const DISCONNECT_WITHIN_MS = 200;
/**
 * Less than the whole of a call's time, so that a frozen connection is dropped before the call
 * gives up.
 */
const SHARE_OF_CALL = 0.8;

export interface ClientSettings {
  readonly timeoutMs: number;
  readonly random: () => number;
}

/**
 * How every connection behaves. When one breaks, whatever is in flight on it rejects and is never
 * sent again by the library: whether a write took place is the writer's to ask. What is called
 * while reconnecting waits for the next try and goes out in the order it was called, or rejects
 * with it.
 */
export function clientOptions({ timeoutMs, random }: ClientSettings) {
  const patience = Math.ceil(timeoutMs * SHARE_OF_CALL);
  return {
    lazyConnect: true,
    connectionName: 'runtape-commands',
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // While Redis loads its data it says so, command by command; the library's check would keep
    // commands waiting for it.
    enableReadyCheck: false,
    connectTimeout: patience,
    disconnectTimeout: DISCONNECT_WITHIN_MS,
    // Ends a connection that does not answer: half-open, or to a frozen server.
    socketTimeout: patience,
    // A primary that became a replica behind one name: a new connection finds the new primary. The
    // command rejects all the same.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    retryStrategy: (tries: number) => delay(tries, random),
  } satisfies RedisOptions;
}

/** Of a user, as far as they are given: what is in a URL counts where they are not. */
export function credentials({ username, password }: Pick<RedisAddress, 'username' | 'password'>) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  } satisfies RedisOptions;
}

/**
 * Doubles up to a cap; the jitter keeps the clients of a server that restarts from coming back all
 * at once.
 */
export function delay(tries: number, random: () => number): number {
  return backoffMs(tries, { baseMs: FIRST_DELAY_MS, maxMs: LONGEST_DELAY_MS }, random);
}

/** A subscriber does not queue: who wants a channel asks again when the connection is there. */
export const subscriberOptions = {
  connectionName: 'runtape-subscriber',
  enableOfflineQueue: false,
} satisfies RedisOptions;

/**
 * What to check when a connection ends before anything is said.
 * @param how TLS is turned on.
 */
export function tlsHint(isSpoken: boolean, how: string): string {
  return isSpoken
    ? 'that it speaks TLS, and whether it wants a certificate of this client (REDIS_TLS_CERT)'
    : `that it does not speak TLS (${how} if it does)`;
}

/** What ioredis takes for `tls`; `undefined` where none is spoken. */
export function tlsOptions(tls: boolean | RedisTls | undefined): RedisTls | undefined {
  if (tls === undefined || tls === false) return undefined;
  return tls === true ? {} : tls;
}
