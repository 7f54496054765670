import type { TestProject } from 'vitest/node';
import { findRedisServer } from './find-redis-server.ts';
import { startRedis } from './start-redis.ts';
import { startRedisCluster } from './start-redis-cluster.ts';
import { startTogether } from './start-together.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A single Redis shared by the run: use unique keys. */
    redisUrl: string;
    /** A Redis Cluster shared by the run. */
    redisClusterNodes: { host: string; port: number }[];
  }
}

/**
 * Vitest global setup: one Redis and one cluster per run, for all projects that request them.
 * Vitest sets its projects up one after the other and ends them all together, so the first project
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
