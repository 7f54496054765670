import { EventLogError } from '@runtape/event-log';
import { openRedisEventLog, type RedisEventLogOptions } from '@runtape/event-log-redis';

/** Returns the error with which opening is refused. */
export async function refusalOf(options: RedisEventLogOptions): Promise<EventLogError> {
  try {
    const log = await openRedisEventLog(options);
    await log.close();
  } catch (error) {
    if (error instanceof EventLogError) return error;
    throw error;
  }
  throw new TypeError('It was opened.');
}
