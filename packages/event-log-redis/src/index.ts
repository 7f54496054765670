export { openRedisEventLog } from './open-redis-event-log.ts';
export type { RedisEventLogOptions, RedisNode } from './options.ts';
