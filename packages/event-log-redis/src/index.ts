export { type EventLogWithClient, openRedisEventLog } from './open-redis-event-log.ts';
export type {
  RedisAddress,
  RedisEventLogOptions,
  RedisNeeds,
  RedisNode,
  RedisTls,
} from './options.ts';
