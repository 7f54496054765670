import { createInProcessQueue, type WorkflowQueue } from '@runtape/engine';
import type { EventLog } from '@runtape/event-log';
import type { WorkerEnv } from './env.ts';
import { redisAddress } from './redis-address.ts';
import type { RedisEnv } from './redis-env.ts';

/** Redis expires ended workflows this much later, in case no process removes them. */
const REDIS_GRACE_DAYS = 2;
const DAY_MS = 86_400_000;

export interface Store extends AsyncDisposable {
  readonly log: EventLog;
  readonly queue: WorkflowQueue;
  /** A description for people, without secrets. */
  readonly description: string;
}

export type StoreEnv = RedisEnv & Pick<WorkerEnv, 'RUNTAPE_DB' | 'RETENTION_DAYS' | 'ARCHIVE_DIR'>;

/**
 * Opens the store that the environment names: a Redis Cluster, a Redis, the master of Sentinels, or
 * a SQLite file.
 * @throws EnvError when certificates cannot be used.
 * @throws EventLogError `unavailable`, `unsupported_store`, `corrupt`.
 */
export async function openStore(
  env: StoreEnv,
  onWarning: (message: string) => void,
): Promise<Store> {
  const address = redisAddress(env);
  if (address === null) return await openFile(env.RUNTAPE_DB);
  // Imports only the store in use, for a faster start.
  const { openRedisEventLog } = await import('@runtape/event-log-redis');
  const { bullmqNeeds, createBullmqQueue } = await import('@runtape/engine/bullmq');
  const log = await openRedisEventLog({
    ...address,
    keepEndedForMs: keepEndedForMs(env),
    // All permissions are checked together, so that an operator grants them once.
    alsoNeeds: [bullmqNeeds()],
    onWarning,
  });
  // Closed before the log, whose connection it shares.
  const queue = createBullmqQueue({ ...address, client: log.client });
  return storeOf(log, queue, address.cluster === undefined ? 'Redis' : 'a Redis Cluster');
}

/** When Redis expires ended workflows; never before they could be archived. */
export function keepEndedForMs({
  RETENTION_DAYS,
  ARCHIVE_DIR,
}: Pick<StoreEnv, 'RETENTION_DAYS' | 'ARCHIVE_DIR'>): number | undefined {
  return ARCHIVE_DIR === undefined ? (RETENTION_DAYS + REDIS_GRACE_DAYS) * DAY_MS : undefined;
}

async function openFile(file: string): Promise<Store> {
  const { openSqliteEventLog } = await import('@runtape/event-log-sqlite');
  const log = await openSqliteEventLog({ file });
  return storeOf(log, createInProcessQueue(), file);
}

function storeOf(log: EventLog, queue: WorkflowQueue, description: string): Store {
  return {
    log,
    queue,
    description,
    [Symbol.asyncDispose]: async () => {
      await queue.close();
      await log.close();
    },
  };
}
