import type { RedisOptions } from 'ioredis';

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

/** The `tls` option for ioredis; `undefined` without TLS. */
export function tlsOptions({
  url,
  tls = false,
}: Pick<RedisAddress, 'url' | 'tls'>): RedisTls | undefined {
  const isSpoken = url === undefined ? tls !== false : /^rediss:/i.test(url);
  if (!isSpoken) return undefined;
  return typeof tls === 'object' ? tls : {};
}

/** The given user name and password; a missing one comes from the URL. */
export function credentials({ username, password }: Pick<RedisAddress, 'username' | 'password'>) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  } satisfies RedisOptions;
}
