import { createInProcessQueue } from '@runtape/engine';
import { createBullmqQueue } from '@runtape/engine/bullmq';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';

/** On the Redis at `REDIS_URL`, below `KEY_PREFIX`; otherwise in the file `SQLITE_FILE`. */
export async function openStore() {
  const { REDIS_URL: url, KEY_PREFIX: keyPrefix = '', SQLITE_FILE: file = '' } = process.env;
  if (url === undefined) {
    return { log: await openSqliteEventLog({ file }), queue: createInProcessQueue() };
  }
  const log = await openRedisEventLog({ url, keyPrefix });
  return { log, queue: createBullmqQueue({ url, prefix: keyPrefix, client: log.client }) };
}
