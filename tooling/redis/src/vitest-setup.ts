import type { TestProject } from 'vitest/node';
import { findRedisServer } from './find-redis-server.ts';
import { startRedis } from './start-redis.ts';
import { startRedisCluster } from './start-redis-cluster.ts';
import { startTogether } from './start-together.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A single Redis shared by the run: use keys that nobody else uses. */
    redisUrl: string;
    /** A Redis Cluster shared by the run. */
    redisClusterNodes: { host: string; port: number }[];
  }
}

/**
 * Vitest global setup: one Redis and one cluster for the run, whichever of its projects ask for
 * them. Vitest sets its projects up one after the other and ends them all together, so the first
 * starts and stops the servers, and the others find them in the context of the whole run.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { vitest } = project;
  if (project.getProvidedContext().redisUrl) return undefined;

  const { path, version, reason } = await findRedisServer();
  console.error(`Redis for the tests: ${path} ${version} (${reason})`);
  const [redis, cluster] = await startTogether([startRedis(), startRedisCluster()]);
  vitest.provide('redisUrl', redis.url);
  vitest.provide(
    'redisClusterNodes',
    cluster.nodes.map(({ host, port }) => ({ host, port })),
  );
  return async () => {
    await Promise.all([redis.stop(), cluster.stop()]);
  };
}
