import { Mutex } from '@runtape/async';
import { Redis } from 'ioredis';
import type { RedisServer } from '@runtape/redis';
import { RecentWrites } from './recent-writes.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

/** A Redis with a proxy in front of it, through which the programs reach it. */
export interface RedisNode {
  readonly server: RedisServer;
  readonly link: TcpProxy;
  /** What was written to its disk lately. */
  readonly writes: RecentWrites;
  /** To be called after a restart, which forgets it. */
  readonly announce: () => Promise<void>;
  /** Does something to it while nothing else is done to it. */
  readonly alone: <Result>(action: () => Promise<Result>) => Promise<Result>;
}

/**
 * @param options.isClusterNode makes it tell the cluster's clients the proxy's port in place of its
 *   own.
 */
export async function withProxy(
  server: RedisServer,
  { isClusterNode }: { readonly isClusterNode: boolean },
): Promise<RedisNode> {
  const link = await startTcpProxy({ to: server.port });
  const mutex = new Mutex();
  const announce = async (): Promise<void> => {
    if (!isClusterNode) return;
    await command(server, ['CONFIG', 'SET', 'cluster-announce-port', String(link.port)]);
  };
  await announce();
  return {
    server,
    link,
    writes: new RecentWrites(server),
    announce,
    alone: (action) => mutex.run(action),
  };
}

/** Asks a Redis directly, past its proxy, over a connection for this question only. */
export async function command(
  { host, port }: Pick<RedisServer, 'host' | 'port'>,
  [name, ...args]: readonly [string, ...string[]],
): Promise<unknown> {
  const client = new Redis({ host, port, lazyConnect: true, retryStrategy: () => null });
  // Told by the rejection; without a listener ioredis would print it, too.
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
