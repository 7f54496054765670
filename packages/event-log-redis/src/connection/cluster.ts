import {
  credentials,
  fillInHosts,
  hostOf,
  type RedisAddress,
  type RedisNode,
  tlsOptions,
} from '@runtape/redis-client';
import { Cluster, Command, Redis } from 'ioredis';
import {
  clientOptions,
  type ClientSettings,
  delay,
  subscriberOptions,
  tlsHint,
} from './client-options.ts';
import { endClient } from './end-client.ts';
import type { Topology } from './topology.ts';

export interface ClusterSettings
  extends ClientSettings, Pick<RedisAddress, 'username' | 'password' | 'tls'> {
  readonly nodes: readonly RedisNode[];
}

/**
 * Commands use the cluster client of ioredis, subscriptions do not: its sharded subscribers
 * resubscribe after a lost connection without reporting when that is complete, and a reader that
 * reads the log before that may miss an event.
 */
export function cluster(settings: ClusterSettings): Topology {
  const client = fillInHosts(new Cluster([...settings.nodes], clusterOptions(settings)));
  let lastError: Error | null = null;
  const refresh = () => client.refreshSlotsCache(() => {});
  client.on('error', (error: Error) => {
    lastError = error;
  });
  client.on('node error', (error: Error) => {
    lastError = error;
    // Another node may have taken over.
    if (client.status === 'ready') refresh();
  });
  client.on('+node', (node: Redis) => {
    node.on('ready', () => {
      lastError = null;
    });
  });
  return {
    kind: 'cluster',
    settings: {
      credentials: 'REDIS_USERNAME and REDIS_PASSWORD',
      tls: tlsHint(tlsOptions({ tls: settings.tls }) !== undefined, 'REDIS_TLS is on'),
    },
    address: settings.nodes.map(({ host, port }) => `${host}:${port}`).join(', '),
    commands: client,
    client,
    get lastError() {
      return lastError;
    },
    connect: async () => {
      try {
        await client.connect();
      } catch (error) {
        lastError = (await reasonAt(settings)) ?? lastError;
        throw error;
      }
    },
    isUsable: () => client.status === 'ready',
    isReady: () =>
      client.status === 'ready' &&
      client.nodes().every(({ status }) => /^(wait|ready)$/.test(status)),
    nodes: () => client.nodes('master'),
    locate: (channel) => client.slots[slotOf(channel)]?.[0] ?? null,
    subscriber: (node) => nodeOf(client, node)?.duplicate(subscriberOptions) ?? null,
    refresh,
    onChange: (listener) => void client.on('refresh', listener),
    close: () => end(client),
  };
}

/** The reason why the first node cannot be reached, which the cluster client does not expose. */
async function reasonAt(settings: ClusterSettings): Promise<Error | null> {
  const [first] = settings.nodes;
  if (first === undefined) return null;
  const { redisOptions } = clusterOptions(settings);
  const client = new Redis({ ...redisOptions, ...first, retryStrategy: () => null });
  let reason: Error | null = null;
  client.on('error', (error) => {
    reason ??= error;
  });
  await client.connect().catch(() => {});
  await endClient(client);
  return reason;
}

function clusterOptions(settings: ClusterSettings) {
  const options = clientOptions(settings);
  const tls = tlsOptions({ tls: settings.tls });
  return {
    lazyConnect: true,
    clusterRetryStrategy: (tries: number) => delay(tries, settings.random),
    // Reconnects to the same node, so that waiting commands keep their order; ioredis by default
    // asks random nodes and follows their redirects.
    clusterNodeRetryStrategy: (tries: number) => delay(tries, settings.random),
    // Zero rejects the command instead of resending it.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: options.connectTimeout,
    natMap: hostOf(settings.nodes),
    // A certificate contains the host name, which a DNS lookup here would lose.
    ...(tls === undefined ? {} : { dnsLookup: keepName }),
    redisOptions: {
      ...options,
      ...credentials(settings),
      ...(tls === undefined ? {} : { tls }),
    },
  };
}

function keepName(host: string, callback: (error: null, host: string) => void): void {
  callback(null, host);
}

function slotOf(key: string): number {
  return new Command('get', [key]).getSlot();
}

function nodeOf(client: Cluster, node: string): Redis | undefined {
  return client.nodes().find(({ options: { host, port } }) => `${host}:${port}` === node);
}

async function end(client: Cluster): Promise<void> {
  const nodes = client.nodes();
  client.disconnect();
  await Promise.all(nodes.map(endClient));
}
