import type { Cluster, Redis, RedisCommander } from 'ioredis';

/** What one Redis and a cluster have in common. */
export type Commands = RedisCommander<{ type: 'default'; mapping: 'resp2' }>;

/** How messages to a person name what can be set. */
export interface SettingNames {
  /** Where user and password are put. */
  readonly credentials: string;
  /** What to check when TLS fails. */
  readonly tls: string;
}

/** The Redis of a log: one node, the master that Sentinels name, or a cluster. */
export interface Topology {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly settings: SettingNames;
  /** Where it is, for messages to a person; without secrets. */
  readonly address: string;
  /** Sends a command to the node that has its keys. */
  readonly commands: Commands;
  /** The same, for libraries that want all of a client. */
  readonly client: Redis | Cluster;
  /** What went wrong with a connection last. */
  readonly lastError: Error | null;
  /** Connects. Rejects when that fails; `lastError` says why. */
  connect(): Promise<void>;
  /** Whether commands can be given. When false they would wait without end. */
  isUsable(): boolean;
  /** Whether every connection that is needed is there. */
  isReady(): boolean;
  /** Each node that takes writes. */
  nodes(): readonly Redis[];
  /** The name of the node that announces on a channel, or `null` while that is not known. */
  locate(channel: string): string | null;
  /**
   * A new connection for subscribing at a node, not yet connected, or `null` when that node is
   * gone.
   */
  subscriber(node: string): Redis | null;
  /** Looks again which node has what; `onChange` tells. */
  refresh(): void;
  /** Calls a listener when channels may have moved to other nodes. */
  onChange(listener: () => void): void;
  /** Disconnects. */
  close(): Promise<void>;
}
