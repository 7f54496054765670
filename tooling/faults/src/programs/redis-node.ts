import { Mutex } from '@runtape/async';
import { Redis } from 'ioredis';
import type { RedisServer } from '@runtape/redis';
import { RecentWrites } from './recent-writes.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

/** A Redis with a proxy in front of it; the programs use the proxy. */
export interface RedisNode {
  readonly server: RedisServer;
  readonly link: TcpProxy;
  /** The recent writes to its disk. */
  readonly writes: RecentWrites;
  /** Call it after a restart, which resets the announced port. */
  readonly announce: () => Promise<void>;
  /** Runs an action while no other action on the node runs. */
  readonly alone: <Result>(action: () => Promise<Result>) => Promise<Result>;
}

/**
 * @param starting ends the proxy.
 * @param options.isClusterNode announces the proxy's port to clients of the cluster instead of its
 *    own.
 */
export async function withProxy(
  starting: AsyncDisposableStack,
  server: RedisServer,
  { isClusterNode }: { readonly isClusterNode: boolean },
): Promise<RedisNode> {
  const link = starting.use(await startTcpProxy({ to: server.port }));
  const mutex = new Mutex();
  const announce = async (): Promise<void> => {
    if (!isClusterNode) return;
    await command(server, ['CONFIG', 'SET', 'cluster-announce-port', String(link.port)]);
  };
  await announce();
  return {
    server,
    link,
    writes: starting.use(new RecentWrites(server)),
    announce,
    alone: (action) => mutex.run(action),
  };
}

/** Sends a command to a Redis directly, past its proxy, over a separate connection. */
export async function command(
  { host, port }: Pick<RedisServer, 'host' | 'port'>,
  [name, ...args]: readonly [string, ...string[]],
): Promise<unknown> {
  const client = new Redis({ host, port, lazyConnect: true, retryStrategy: () => null });
  // The rejection reports the error; without a listener ioredis would print it, too.
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
