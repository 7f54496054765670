export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisEventLogOptions {
  /** Of a single Redis: `redis://user:password@host:port/db`, or `rediss://` for TLS. Default: `redis://127.0.0.1:6379`. */
  readonly url?: string | undefined;
  /** Some nodes of a Redis Cluster, from which the others are found. Instead of `url`. */
  readonly cluster?: readonly RedisNode[] | undefined;
  /** Of the cluster's nodes. Default: the user `default`. */
  readonly username?: string | undefined;
  /** Of the cluster's nodes. Default: none. */
  readonly password?: string | undefined;
  /** Whether to speak TLS to the cluster's nodes. Default: false. */
  readonly tls?: boolean | undefined;
  /**
   * After how long, in ms, Redis removes an ended workflow by itself. A safety net: set it some days above the age at which
   * `expire` is called. Default: never.
   */
  readonly keepEndedForMs?: number | undefined;
  /** Goes before the names of all keys and channels. Default: none. */
  readonly keyPrefix?: string | undefined;
  /**
   * Within how long, in ms, a call is answered or rejects with `unavailable`, also when Redis is frozen or away. Default: 5000.
   * Reconnecting goes on for ever.
   */
  readonly timeoutMs?: number | undefined;
  /** For incarnations and the jitter of reconnects: 0 up to but not including 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Hears of a Redis that works but is set up so that events may be lost. Default: nobody hears. */
  readonly onWarning?: ((message: string) => void) | undefined;
}
