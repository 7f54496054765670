import { join } from 'node:path';
import { type ProgramEnv, startServerProcess, temporaryFolder } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { startRedis } from '@runtape/redis';

export const STORES = ['sqlite', 'redis'] as const;

export type StoreKind = (typeof STORES)[number];

/** The server under attack, with its store. */
export interface AttackedServer extends AsyncDisposable {
  readonly store: StoreKind;
  readonly url: string;
  /** The SQLite file; unused on Redis. */
  readonly file: string;
  /** A folder that is removed with the server. */
  readonly folder: string;
  /** The size of an attack: `full`, or a fifth of it in a quick run. */
  sized(full: number): number;
  /** Opens the server's store from this process. The caller closes it. */
  openLog(): Promise<EventLog>;
}

export interface ServerOptions {
  readonly port: number;
  readonly isQuick: boolean;
  /** Settings besides those of all attacks. Default: none. */
  readonly env?: ProgramEnv | undefined;
  /** Fills the store before the start. Default: it is empty. */
  readonly seed?: ((log: EventLog, sized: AttackedServer['sized']) => Promise<void>) | undefined;
}

/** Starts the program `apps/server`, with workers, on a store of its own. */
export async function startAttackedServer(
  store: StoreKind,
  options: ServerOptions,
): Promise<AttackedServer> {
  const { port, isQuick, env, seed } = options;
  const sized = (full: number) => (isQuick ? Math.ceil(full / 5) : full);
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
    await seed(log, sized);
  }
  const server = starting.use(
    await startServerProcess({
      PORT: String(port),
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
    sized,
    openLog,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
