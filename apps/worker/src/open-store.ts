import { createInProcessQueue, type WorkflowQueue } from '@runtape/engine';
import type { EventLog } from '@runtape/event-log';
import type { WorkerEnv } from './env.ts';
import { redisAddress } from './redis-address.ts';
import type { RedisEnv } from './redis-env.ts';

/** Ended workflows are removed by age; Redis forgets them by itself some days later, should nobody be there to do it. */
const REDIS_GRACE_DAYS = 2;
const DAY_MS = 86_400_000;

/** Where workflows are kept, and how workers hear of new ones. */
export interface Store extends AsyncDisposable {
  readonly log: EventLog;
  readonly queue: WorkflowQueue;
  /** For a person: which store this is. Without secrets. */
  readonly description: string;
}

export type StoreEnv = RedisEnv & Pick<WorkerEnv, 'RUNTAPE_DB' | 'RETENTION_DAYS' | 'ARCHIVE_DIR'>;

/**
 * Opens the store that the environment names: a Redis Cluster, a Redis, the master of Sentinels, or else a SQLite file.
 * @throws EnvError when certificates cannot be used.
 * @throws EventLogError `unavailable`, `unsupported_store`, `corrupt`.
 */
export async function openStore(
  env: StoreEnv,
  onWarning: (message: string) => void,
): Promise<Store> {
  const address = redisAddress(env);
  if (address === null) return await openFile(env.RUNTAPE_DB);
  // Only the store that is used is loaded: the program is ready sooner.
  const { openRedisEventLog } = await import('@runtape/event-log-redis');
  const { bullmqNeeds, createBullmqQueue } = await import('@runtape/engine/bullmq');
  const log = await openRedisEventLog({
    ...address,
    keepEndedForMs: keepEndedForMs(env),
    // What the queue does is looked at together, so that whoever grants rights does it once.
    alsoNeeds: [bullmqNeeds()],
    onWarning,
  });
  // The queue is closed before the log, and with it the connection that they share.
  const queue = createBullmqQueue({ ...address, client: log.client });
  return storeOf(log, queue, address.cluster === undefined ? 'Redis' : 'a Redis Cluster');
}

/** When Redis forgets an ended workflow by itself: never where that would be before it could be archived. */
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
