export type { RedisAddress, RedisNode, RedisTls } from '@runtape/redis-client';
export { type EventLogWithClient, openRedisEventLog } from './open-redis-event-log.ts';
export type { RedisEventLogOptions, RedisNeeds } from './options.ts';
