import { EventLogError } from '@runtape/event-log';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { readOnly } from './redis-failure.ts';
import type { Topology } from './topology.ts';

/** Redis 7.0 added sharded pub/sub and SET with NX and GET; every Valkey has them. */
const MIN_MAJOR_VERSION = 7;

type Info = ReadonlyMap<string, string>;

/**
 * Checks that the log can use each node, and warns about a setup that may lose events or accepts
 * none.
 * @throws EventLogError `unsupported_store`; `unavailable` when a single node is a read-only
 *   replica.
 */
export async function checkServer(
  topology: Topology,
  onWarning: (message: string) => void,
): Promise<void> {
  const { address } = topology;
  const nodes = topology.nodes();
  const infos = await Promise.all(nodes.map(readInfo));
  const [first] = nodes;
  if (first === undefined) {
    throw new EventLogError(
      'unsupported_store',
      `The Redis Cluster at ${address} names no node that has a part of its data. Assign its slots, for example with redis-cli --cluster fix.`,
    );
  }
  if (infos.some((info) => info?.get('redis_mode') === 'sentinel')) {
    throw await isSentinel(first);
  }
  for (const info of infos) if (info !== null) check(info, topology);
  // On a cluster this right is required.
  if (topology.kind !== 'cluster' && infos.includes(null)) {
    onWarning(
      `Redis at ${address} does not let its user call INFO: each attempt at a workflow looks like one after a loss, and readers begin it with a reset. Allow it: ACL SETUSER ${first.options.username ?? 'default'} +info`,
    );
  }
  const policies = infos.map((info) => info?.get('maxmemory_policy'));
  const evicting = policies.find((policy) => policy !== undefined && policy !== 'noeviction');
  if (evicting !== undefined) {
    onWarning(
      `Redis at ${address} may remove workflows when its memory is full (maxmemory-policy ${evicting}). Set maxmemory-policy to noeviction.`,
    );
  } else if (infos.some((info) => info !== null && isFull(info))) {
    onWarning(
      `Redis at ${address} is out of memory and refuses writes: workflows wait until it takes them. Raise its maxmemory, or remove old workflows.`,
    );
  }
}

/** Whether the memory is full. A Redis that evicts makes room on a write. */
function isFull(info: Info): boolean {
  const most = Number(info.get('maxmemory') ?? 0);
  return most > 0 && Number(info.get('used_memory')) >= most;
}

function check(info: Info, { kind, address }: Topology): void {
  const version = info.get('redis_version');
  // A proxy may hide the version; then the first unknown command reveals it.
  if (version !== undefined && Number.parseInt(version, 10) < MIN_MAJOR_VERSION) {
    throw new EventLogError(
      'unsupported_store',
      `Redis ${version} is too old. Use Redis 7.0 or later, or Valkey.`,
    );
  }
  if (kind !== 'cluster' && info.get('redis_mode') === 'cluster') {
    throw new EventLogError(
      'unsupported_store',
      `Redis at ${address} is a node of a cluster. Name the nodes of the cluster instead, with REDIS_CLUSTER_NODES.`,
    );
  }
  // A cluster determines its primaries itself, and may be about to change them.
  const isReplica = info.get('role') === 'slave' && info.get('slave_read_only') === '1';
  if (kind !== 'cluster' && isReplica) throw readOnly(address);
}

const mastersSchema = z.array(z.array(z.string()));

/** The error for a Sentinel address, with the settings to use and the names that it knows. */
async function isSentinel(node: Redis): Promise<EventLogError> {
  const masters = mastersSchema.safeParse(await node.call('SENTINEL', 'MASTERS').catch(() => []));
  const fields = masters.data ?? [];
  const names = fields.map((flat) => flat[flat.indexOf('name') + 1]).filter(Boolean);
  const { host, port } = node.options;
  const name = names.length === 0 ? 'the name of its master' : names.join(' or ');
  return new EventLogError(
    'unsupported_store',
    `What answers at ${host}:${port} is a Sentinel, which keeps no data. Set REDIS_SENTINELS=${host}:${port} and REDIS_MASTER_NAME=${name} instead.`,
  );
}

/** `null` when the user may not call INFO. */
async function readInfo(node: Redis): Promise<Info | null> {
  const text = await node.info().catch((error: unknown) => {
    if (error instanceof Error && /^NOPERM|unknown command/.test(error.message)) return null;
    throw error;
  });
  if (text === null) return null;
  return new Map(
    [...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}
