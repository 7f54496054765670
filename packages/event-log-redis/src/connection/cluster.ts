import { fillInHosts, hostOf } from '@runtape/redis-cluster';
import { Cluster, Command, Redis } from 'ioredis';
import type { RedisAddress, RedisNode } from '../options.ts';
import {
  clientOptions,
  type ClientSettings,
  credentials,
  delay,
  subscriberOptions,
  tlsHint,
  tlsOptions,
} from './client-options.ts';
import { endClient } from './end-client.ts';
import type { Topology } from './topology.ts';

export interface ClusterSettings
  extends ClientSettings, Pick<RedisAddress, 'username' | 'password' | 'tls'> {
  readonly nodes: readonly RedisNode[];
}

/**
 * Commands go through ioredis' cluster client; subscriptions do not: its own sharded subscribers
 * subscribe anew after a lost connection without telling when that is in force, and a reader that
 * reads the log before that may miss an event.
 */
export function cluster(settings: ClusterSettings): Topology {
  const client = fillInHosts(new Cluster([...settings.nodes], clusterOptions(settings)));
  let lastError: Error | null = null;
  const look = () => client.refreshSlotsCache(() => {});
  client.on('error', (error: Error) => {
    lastError = error;
  });
  client.on('node error', (error: Error) => {
    lastError = error;
    // Another node may have taken over.
    if (client.status === 'ready') look();
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
      tls: tlsHint(tlsOptions(settings.tls) !== undefined, 'REDIS_TLS is on'),
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
    refresh: look,
    onChange: (listener) => void client.on('refresh', listener),
    close: () => end(client),
  };
}

/** Why the first node cannot be reached: the cluster client keeps that for itself. */
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
  const tls = tlsOptions(settings.tls);
  return {
    lazyConnect: true,
    clusterRetryStrategy: (tries: number) => delay(tries, settings.random),
    // A node that is down is tried again where it was, so that what is called meanwhile keeps its
    // order; ioredis' way is to ask random nodes and to go where they point.
    clusterNodeRetryStrategy: (tries: number) => delay(tries, settings.random),
    // Zero: rejected, not sent again.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: options.connectTimeout,
    natMap: hostOf(settings.nodes),
    // A certificate names a host, which would be lost by looking its address up here.
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
