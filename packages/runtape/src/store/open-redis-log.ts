import type { EventLog } from '@runtape/event-log';
import { openRedisEventLog, type RedisEventLogOptions } from '@runtape/event-log-redis';

/** Opens the log for the thread that watches the event loop of a worker. */
export async function openLog(options: RedisEventLogOptions): Promise<EventLog> {
  return await openRedisEventLog(options);
}
