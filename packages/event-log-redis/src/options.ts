import type { RedisAddress } from '@runtape/redis-client';
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
