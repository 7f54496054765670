export { type AppendOnlyFile, appendOnlyFileOf } from './append-only-file.ts';
export { findRedisServer } from './find-redis-server.ts';
export type { FindRedisServerOptions, RedisServerBinary } from './find-redis-server.ts';
export { RedisToolingError } from './redis-tooling-error.ts';
export type { RedisToolingErrorCode } from './redis-tooling-error.ts';
export { startRedis } from './start-redis.ts';
export type { RedisServer, StartRedisOptions } from './start-redis.ts';
export { startRedisCluster } from './start-redis-cluster.ts';
export type { RedisCluster } from './start-redis-cluster.ts';
