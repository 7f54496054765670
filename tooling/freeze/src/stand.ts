import { join } from 'node:path';
import { freePort, type ProgramEnv, startServerProcess, temporaryFolder } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { startRedis } from '@runtape/redis';

export const STORES = ['sqlite', 'redis'] as const;

export type StoreKind = (typeof STORES)[number];

/** A server to attack, and what belongs to it. */
export interface Stand extends AsyncDisposable {
  readonly store: StoreKind;
  readonly url: string;
  /** The SQLite file; of a server on Redis nothing is there. */
  readonly file: string;
  /** A folder that goes with the server. */
  readonly folder: string;
  /** Opens the server's store from this process. Whoever opens it closes it. */
  openLog(): Promise<EventLog>;
}

/**
 * Starts the program `apps/server`, with workers, on a store of its own.
 * @param seed writes what the store has by then. Default: nothing.
 */
export async function startStand(
  store: StoreKind,
  env: ProgramEnv,
  seed?: (log: EventLog) => Promise<void>,
): Promise<Stand> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder()).path;
  const file = join(folder, 'runtape.db');
  const redis = store === 'redis' ? starting.use(await startRedis()) : undefined;
  const openLog = async (): Promise<EventLog> =>
    redis === undefined
      ? await openSqliteEventLog({ file })
      : await openRedisEventLog({ url: redis.url, onWarning: () => {} });
  if (seed !== undefined) {
    await using log = await openLog();
    await seed(log);
  }
  const server = starting.use(
    await startServerProcess({
      PORT: String(await freePort()),
      RUNTAPE_CACHE: join(folder, 'cache'),
      DEMO_TOKENS_PER_SECOND: '5000',
      ...(redis === undefined ? { RUNTAPE_DB: file } : { REDIS_URL: redis.url }),
      ...env,
    }),
  );
  const rest = starting.move();
  return {
    store,
    url: server.url,
    file,
    folder,
    openLog,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
