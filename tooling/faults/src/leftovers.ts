import { pause } from './pause.ts';
import { command } from './programs/redis-node.ts';
import type { Cluster } from './programs/cluster.ts';

const WAIT_MS = 8_000;
const POLL_MS = 200;
const NEVER = new AbortController().signal;

/**
 * Subscriptions to workflows that remain in Redis some seconds after all workflows and clients have
 * ended.
 */
export async function findLeftSubscriptions({ redis }: Cluster): Promise<readonly string[]> {
  return await untilNone(async () => {
    const lists = redis.flatMap(({ server }) =>
      ['CHANNELS', 'SHARDCHANNELS'].map((which) => command(server, ['PUBSUB', which, '*'])),
    );
    return (await Promise.all(lists)).flatMap((list) =>
      Array.isArray(list) ? list.map(String) : [],
    );
  });
}

/** Connections to Redis some seconds after every program has stopped. */
export async function findLeftConnections({ redis }: Cluster): Promise<readonly string[]> {
  return await untilNone(async () => {
    const lists = await Promise.all(redis.map(({ server }) => command(server, ['CLIENT', 'LIST'])));
    return lists.flatMap((list) =>
      String(list)
        .split('\n')
        .filter((line) => line !== '' && !line.includes('cmd=client|list')),
    );
  });
}

async function untilNone(read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const left = await read();
    if (left.length === 0 || performance.now() > deadline) return left;
    await pause(POLL_MS, NEVER);
  }
}
