import { EventLogError } from '@runtape/event-log';
import type { Redis } from 'ioredis';
import type { Topology } from './topology/topology.ts';

/** Sharded publish and subscribe, and SET with NX and GET, came with Redis 7.0; Valkey began after it. */
const OLDEST_MAJOR = 7;

export interface CheckOptions {
  readonly isCluster: boolean;
  readonly onWarning: (message: string) => void;
}

/**
 * Makes sure that each node can do what the log needs, and warns of a set-up that may lose events.
 * @throws EventLogError `unsupported_store`.
 */
export async function checkServer(topology: Topology, options: CheckOptions): Promise<void> {
  const infos = await Promise.all(topology.nodes().map(readInfo));
  for (const info of infos) check(info, options);
  const policies = infos.map((info) => info.get('maxmemory_policy'));
  const evicting = policies.find((policy) => policy !== undefined && policy !== 'noeviction');
  if (evicting !== undefined) {
    options.onWarning(
      `Redis at ${topology.address} may remove workflows when its memory is full (maxmemory-policy ${evicting}). Set maxmemory-policy to noeviction.`,
    );
  }
}

function check(info: ReadonlyMap<string, string>, { isCluster }: CheckOptions): void {
  const version = info.get('redis_version');
  // An ACL or a proxy may hide it; then the first command that is not known will tell.
  if (version !== undefined && Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new EventLogError(
      'unsupported_store',
      `Redis ${version} is too old. Use Redis 7.0 or later, or Valkey.`,
    );
  }
  if (!isCluster && info.get('redis_mode') === 'cluster') {
    throw new EventLogError(
      'unsupported_store',
      'This Redis is a node of a cluster. Name the nodes of the cluster instead of a URL.',
    );
  }
}

async function readInfo(node: Redis): Promise<ReadonlyMap<string, string>> {
  const text = await node.info().catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith('NOPERM')) return '';
    throw error;
  });
  return new Map(
    [...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}
