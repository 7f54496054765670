import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { RedisToolingError } from './redis-tooling-error.ts';
import { BUS_PORT_OFFSET, startRedis } from './start-redis.ts';
import type { RedisServer, StartRedisOptions } from './start-redis.ts';
import { startTogether } from './start-together.ts';

const SLOTS = 16_384;
const DEFAULT_MASTERS = 3;
const COMPLETE_WITHIN = 120_000;
const POLL_EVERY = 50;

export interface StartRedisClusterOptions extends Omit<StartRedisOptions, 'dir'> {
  /**
   * The number of masters that share the slots; a single one never learns its own address. Default:
   * 3.
   */
  readonly masters?: number;
}

/**
 * A separate Redis Cluster with its masters on 127.0.0.1, each with an equal share of the slots.
 */
export interface RedisCluster extends AsyncDisposable {
  /** In the order of their slots; suitable as start-up nodes of ioredis. */
  readonly nodes: readonly RedisServer[];
  /** `redis://…,redis://…,…` */
  readonly url: string;
  /**
   * Returns when every node reports that the cluster is complete. Call it after a `restart()` of a
   * node, which the cluster accepts again after 2 s or more.
   *
   * @throws {RedisToolingError} `cluster_failed` if it is not complete in 120 s, or a node is down.
   */
  ready(): Promise<void>;
  /** Ends all nodes and removes their folders. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a cluster and returns when every node reports that it is complete (about 2 s, the time
 * that a new Redis master waits).
 *
 * @param options for each node; `args` follows the cluster arguments.
 * @throws {RedisToolingError} `cluster_failed` if it is not complete in 120 s; or what `startRedis`
 *    throws.
 */
export async function startRedisCluster({
  masters = DEFAULT_MASTERS,
  ...options
}: StartRedisClusterOptions = {}): Promise<RedisCluster> {
  const bus = options.tls === undefined ? [] : ['--tls-cluster', 'yes'];
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000', ...bus];
  const secrets = await secretsOf(options);
  const nodeOptions = { ...options, args: [...args, ...(options.args ?? [])] };
  const nodes = await startTogether(Array.from({ length: masters }, () => startRedis(nodeOptions)));
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    await formCluster(nodes, secrets);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    nodes,
    url: nodes.map((node) => node.url).join(','),
    ready: () => untilComplete(nodes, secrets),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The credentials that a client of a node needs. */
type Secrets = Pick<RedisOptions, 'password' | 'tls'>;

async function secretsOf({ password, tls }: StartRedisOptions): Promise<Secrets> {
  return {
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls: { ca: await readFile(tls.ca, 'utf8') } }),
  };
}

async function formCluster(nodes: readonly RedisServer[], secrets: Secrets): Promise<void> {
  await withClients(nodes, secrets, async (clients) => {
    await Promise.all(clients.map((client, index) => assignSlots(client, index, clients.length)));
    await introduce(clients, nodes);
  });
  await untilComplete(nodes, secrets);
}

async function withClients(
  nodes: readonly RedisServer[],
  secrets: Secrets,
  use: (clients: readonly Redis[]) => Promise<void>,
): Promise<void> {
  const clients = nodes.map(
    ({ host, port }) => new Redis({ host, port, ...secrets, lazyConnect: true }),
  );
  try {
    await Promise.all(clients.map(connect));
    await use(clients);
  } finally {
    for (const client of clients) client.disconnect();
  }
}

async function connect(client: Redis): Promise<void> {
  // The rejection reports the error; without a listener ioredis would print it, too.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    const address = `${client.options.host}:${client.options.port}`;
    throw new RedisToolingError('cluster_failed', `The node at ${address} is down.`, { cause });
  }
}

async function assignSlots(client: Redis, index: number, masters: number): Promise<void> {
  const start = Math.floor((SLOTS * index) / masters);
  const end = Math.floor((SLOTS * (index + 1)) / masters) - 1;
  await client.cluster('ADDSLOTSRANGE', start, end);
  // Distinct from the start, so that the nodes need not resolve conflicting epochs.
  await client.cluster('SET-CONFIG-EPOCH', index + 1);
}

async function introduce(clients: readonly Redis[], nodes: readonly RedisServer[]): Promise<void> {
  const [first] = clients;
  for (const { host, port } of nodes.slice(1)) {
    await first?.cluster('MEET', host, port, port + BUS_PORT_OFFSET);
  }
}

function untilComplete(nodes: readonly RedisServer[], secrets: Secrets): Promise<void> {
  const deadline = Date.now() + COMPLETE_WITHIN;
  return withClients(nodes, secrets, async (clients) => {
    for (;;) {
      const infos = await Promise.all(clients.map((client) => client.cluster('INFO')));
      if (infos.every((info) => isComplete(info, nodes.length))) return;
      if (Date.now() > deadline) {
        throw new RedisToolingError(
          'cluster_failed',
          `The cluster was not complete in ${COMPLETE_WITHIN / 1000} s:\n${infos.join('\n')}`,
        );
      }
      await delay(POLL_EVERY);
    }
  });
}

function isComplete(info: unknown, masters: number): boolean {
  return (
    typeof info === 'string' &&
    info.includes('cluster_state:ok') &&
    info.includes(`cluster_slots_ok:${SLOTS}`) &&
    info.includes(`cluster_known_nodes:${masters}`)
  );
}
