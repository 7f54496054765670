import { EventLogError } from '@runtape/event-log';
import type { Redis } from 'ioredis';
import { readOnly } from './redis-failure.ts';
import type { Topology } from './topology/topology.ts';

/** Sharded publish and subscribe, and SET with NX and GET, came with Redis 7.0; Valkey began after it. */
const OLDEST_MAJOR = 7;

export interface CheckOptions {
  readonly isCluster: boolean;
  readonly onWarning: (message: string) => void;
}

/**
 * Makes sure that each node can do what the log needs, and warns of a set-up that may lose events, and of one that takes none.
 * @throws EventLogError `unsupported_store`; `unavailable` when a single node is a replica that cannot be written.
 */
export async function checkServer(topology: Topology, options: CheckOptions): Promise<void> {
  const infos = await Promise.all(topology.nodes().map(readInfo));
  for (const info of infos) check(info, { ...options, address: topology.address });
  const policies = infos.map((info) => info.get('maxmemory_policy'));
  const evicting = policies.find((policy) => policy !== undefined && policy !== 'noeviction');
  if (evicting !== undefined) {
    options.onWarning(
      `Redis at ${topology.address} may remove workflows when its memory is full (maxmemory-policy ${evicting}). Set maxmemory-policy to noeviction.`,
    );
  } else if (infos.some(isFull)) {
    options.onWarning(
      `Redis at ${topology.address} is out of memory and refuses writes: workflows wait until it takes them. Raise its maxmemory, or remove old workflows.`,
    );
  }
}

/** One that evicts makes room when it is written to. */
function isFull(info: ReadonlyMap<string, string>): boolean {
  const most = Number(info.get('maxmemory') ?? 0);
  return most > 0 && Number(info.get('used_memory')) >= most;
}

function check(
  info: ReadonlyMap<string, string>,
  { isCluster, address }: CheckOptions & { readonly address: string },
): void {
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
  // A cluster names its primaries itself, and may be about to name others.
  const isReplica = info.get('role') === 'slave' && info.get('slave_read_only') === '1';
  if (!isCluster && isReplica) throw readOnly(address);
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
