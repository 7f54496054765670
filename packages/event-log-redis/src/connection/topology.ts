import type { Cluster, Redis, RedisCommander } from 'ioredis';

/** The commands that one Redis and a cluster have in common. */
export type Commands = RedisCommander<{ type: 'default'; mapping: 'resp2' }>;

/** The names of settings in error messages. */
export interface SettingNames {
  /** The settings for user and password. */
  readonly credentials: string;
  /** What to check when TLS fails. */
  readonly tls: string;
}

/** The Redis of a log: one node, the master that Sentinels name, or a cluster. */
export interface Topology {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly settings: SettingNames;
  /** The address for error messages, without secrets. */
  readonly address: string;
  /** Sends each command to the node that has its keys. */
  readonly commands: Commands;
  /** The same client with its full interface, for libraries. */
  readonly client: Redis | Cluster;
  readonly lastError: Error | null;
  /** Connects. Rejects when that fails; `lastError` says why. */
  connect(): Promise<void>;
  /** Whether commands can be sent. When false they would wait forever. */
  isUsable(): boolean;
  /** Whether all required connections are ready. */
  isReady(): boolean;
  /** All nodes that accept writes. */
  nodes(): readonly Redis[];
  /** The name of the node that serves a channel, or `null` while that is unknown. */
  locate(channel: string): string | null;
  /**
   * A new connection for subscribing at a node, not yet connected, or `null` when that node is
   * gone.
   */
  subscriber(node: string): Redis | null;
  /** Reloads the distribution of slots to nodes; `onChange` reports changes. */
  refresh(): void;
  /** Calls a listener when channels may have moved to other nodes. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}
