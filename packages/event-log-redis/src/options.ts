export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Trusted authorities and the client certificate for TLS; each is the text of a PEM file. */
export interface RedisTls {
  /** The authorities that may sign the certificates of the nodes. Default: those of Node.js. */
  readonly ca?: string | undefined;
  /** The certificate of this client, if Redis requires one. Needs `key`. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** The address of Redis: `url`, or `cluster`, or `sentinels` with `masterName`. */
export interface RedisAddress {
  /**
   * The URL of a single Redis: `redis://user:password@host:port/db`, or `rediss://` for TLS.
   * Default: `redis://127.0.0.1:6379`.
   */
  readonly url?: string | undefined;
  /** Some nodes of a Redis Cluster; the others are discovered from these. */
  readonly cluster?: readonly RedisNode[] | undefined;
  /** The Sentinels that know the current master. */
  readonly sentinels?: readonly RedisNode[] | undefined;
  /** The name of the master in the Sentinels. */
  readonly masterName?: string | undefined;
  /**
   * The user of every Redis node, not of the Sentinels. With a `url`, set it there or here.
   * Default: the user `default`.
   */
  readonly username?: string | undefined;
  /** Default: none. */
  readonly password?: string | undefined;
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  /**
   * Whether to use TLS, also to the Sentinels, or what to trust. With a `url`, `rediss://` decides.
   * Default: false.
   */
  readonly tls?: boolean | RedisTls | undefined;
}

export interface RedisEventLogOptions extends RedisAddress {
  /**
   * Commands that another client needs in this Redis; the user's rights for them are checked
   * together with those of the log. Default: none.
   */
  readonly alsoNeeds?: readonly RedisNeeds[] | undefined;
  /**
   * Redis removes an ended workflow by itself after this time, in ms. A safety net: set it some
   * days above the age at which `expire` is called. Default: never.
   */
  readonly keepEndedForMs?: number | undefined;
  /** Prefix of all keys and channels. Default: none. */
  readonly keyPrefix?: string | undefined;
  /**
   * A call is answered or rejects with `unavailable` within this time, in ms, also when Redis is
   * frozen or unavailable. Default: 5000. Reconnecting continues forever.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Random numbers from 0 up to but not including 1, for incarnations and the jitter of reconnects.
   * Default: `Math.random`.
   */
  readonly random?: (() => number) | undefined;
  /** Called when Redis works but is configured so that events may be lost. Default: ignored. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Commands on keys that a Redis user must be allowed. */
export interface RedisNeeds {
  /** The prefix of all keys, including the hash tag. */
  readonly keyPrefix: string;
  /** Each works on a scratch key, written as `KEY`, which is removed. */
  readonly commands: readonly (readonly string[])[];
}
