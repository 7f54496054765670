import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RedisToolingError } from './redis-tooling-error.ts';
import { type RedisServer, startRedis } from './start-redis.ts';
import { type Sentinel, startSentinel } from './start-sentinel.ts';

const READY_WITHIN = 60_000;
const POLL_EVERY = 20;

/** A master, a synchronized replica, and a Sentinel that monitors them under the name `main`. */
export interface WatchedRedis extends AsyncDisposable {
  readonly master: RedisServer;
  /** Replaces the master about two seconds after that is killed. */
  readonly replica: RedisServer;
  readonly sentinel: Sentinel;
}

/**
 * Starts them, and returns when the Sentinel knows a synchronized replica.
 *
 * @throws {RedisToolingError} `start_failed` if that takes more than 60 s; or what `startRedis` and
 *    `startSentinel` throw.
 */
export async function startWatchedRedis(): Promise<WatchedRedis> {
  await using starting = new AsyncDisposableStack();
  const master = starting.use(await startRedis());
  const { host, port } = master;
  const replica = starting.use(await startRedis({ args: ['--replicaof', `${host} ${port}`] }));
  const sentinel = starting.use(await startSentinel({ master }));
  await untilSynchronized(sentinel, replica);
  const all = starting.move();
  return { master, replica, sentinel, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function untilSynchronized({ host, port }: Sentinel, replica: RedisServer): Promise<void> {
  const deadline = Date.now() + READY_WITHIN;
  const client = new Redis({ host, port });
  // The calls report the error; without a listener ioredis would print it, too.
  client.on('error', () => {});
  try {
    for (;;) {
      const replicas = String(await client.call('SENTINEL', 'REPLICAS', 'main'));
      if (replicas.includes(`${replica.port}`) && replicas.includes('master-link-status,ok'))
        return;
      if (Date.now() > deadline) {
        throw new RedisToolingError(
          'start_failed',
          `The replica was not synchronized in ${READY_WITHIN / 1000} s: ${replicas}`,
        );
      }
      await delay(POLL_EVERY);
    }
  } finally {
    client.disconnect();
  }
}
