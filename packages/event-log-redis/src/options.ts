export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** What is trusted and shown when TLS is spoken; each is the text of a PEM file. */
export interface RedisTls {
  /**
   * The authorities that may have signed the certificates of the nodes. Default: those that Node.js
   * trusts.
   */
  readonly ca?: string | undefined;
  /** The certificate of this client, for a Redis that asks for one. Needs `key`. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Which Redis: `url`, or `cluster`, or `sentinels` with `masterName`. */
export interface RedisAddress {
  /**
   * Of a single Redis: `redis://user:password@host:port/db`, or `rediss://` for TLS. Default:
   * `redis://127.0.0.1:6379`.
   */
  readonly url?: string | undefined;
  /** Some nodes of a Redis Cluster, from which the others are found. */
  readonly cluster?: readonly RedisNode[] | undefined;
  /** The Sentinels that know which Redis is the master now. */
  readonly sentinels?: readonly RedisNode[] | undefined;
  /** Under which name the Sentinels know the master. */
  readonly masterName?: string | undefined;
  /**
   * Of every Redis, not of the Sentinels. With a `url` it is given there or here. Default: the user
   * `default`.
   */
  readonly username?: string | undefined;
  /** Default: none. */
  readonly password?: string | undefined;
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  /**
   * Whether to speak TLS, to the Sentinels, too, or what is trusted then. With a `url` its
   * `rediss://` decides. Default: false.
   */
  readonly tls?: boolean | RedisTls | undefined;
}

export interface RedisEventLogOptions extends RedisAddress {
  /**
   * What else is stored in this Redis, by another client: whether the user may do that is looked at
   * together. Default: nothing.
   */
  readonly alsoNeeds?: readonly RedisNeeds[] | undefined;
  /**
   * After how long, in ms, Redis removes an ended workflow by itself. A safety net: set it some
   * days above the age at which `expire` is called. Default: never.
   */
  readonly keepEndedForMs?: number | undefined;
  /** Goes before the names of all keys and channels. Default: none. */
  readonly keyPrefix?: string | undefined;
  /**
   * Within how long, in ms, a call is answered or rejects with `unavailable`, also when Redis is
   * frozen or away. Default: 5000. Reconnecting goes on for ever.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * For incarnations and the jitter of reconnects: 0 up to but not including 1. Default:
   * `Math.random`.
   */
  readonly random?: (() => number) | undefined;
  /**
   * Hears of a Redis that works but is set up so that events may be lost. Default: nobody hears.
   */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Commands on keys that a program needs to be allowed. */
export interface RedisNeeds {
  /** What all keys begin with, hash tag included. */
  readonly keyPrefix: string;
  /** Each on a scratch key, which is removed; `KEY` stands for it. */
  readonly commands: readonly (readonly string[])[];
}
