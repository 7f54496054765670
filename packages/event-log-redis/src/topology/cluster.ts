import { Cluster, Command, type Redis } from 'ioredis';
import type { RedisNode } from '../options.ts';
import { clientOptions, type ClientSettings, delay } from './client-options.ts';
import { endClient } from './end-client.ts';
import { subscriberOptions } from './subscriber-options.ts';
import type { Topology } from './topology.ts';

export interface ClusterSettings extends ClientSettings {
  readonly nodes: readonly RedisNode[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: boolean | undefined;
}

/**
 * Commands go through ioredis' cluster client; subscriptions do not: its own sharded subscribers subscribe anew after a
 * lost connection without telling when that is in force, and a reader that reads the log before that may miss an event.
 */
export function cluster(settings: ClusterSettings): Topology {
  const client = new Cluster([...settings.nodes], clusterOptions(settings));
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
    address: settings.nodes.map(({ host, port }) => `${host}:${port}`).join(', '),
    commands: client,
    get lastError() {
      return lastError;
    },
    connect: () => client.connect(),
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

function clusterOptions(settings: ClusterSettings) {
  const { username, password, tls } = settings;
  const options = clientOptions(settings);
  return {
    lazyConnect: true,
    clusterRetryStrategy: (tries: number) => delay(tries, settings.random),
    // A node that is down is tried again where it was, so that what is called meanwhile keeps its order; ioredis' way is to
    // ask random nodes and to go where they point.
    clusterNodeRetryStrategy: (tries: number) => delay(tries, settings.random),
    // Zero: rejected, not sent again.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: options.connectTimeout,
    redisOptions: {
      ...options,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(tls === true ? { tls: {} } : {}),
    },
  };
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
