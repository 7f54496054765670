const KEY = 'KEY';
const SCRATCH_MS = '60000';

/** Commands on keys that a Redis user must be allowed. */
export interface BullmqNeeds {
  readonly keyPrefix: string;
  /** Each works on a scratch key, written as `KEY`. */
  readonly commands: readonly (readonly string[])[];
}

/**
 * Lists what the queue does in Redis (BullMQ's commands and scripts), so that permissions can be
 * checked.
 * @param options.prefix as given to the queue. Default: `runtape`.
 */
export function bullmqNeeds({ prefix = 'runtape' }: { prefix?: string } = {}): BullmqNeeds {
  return { keyPrefix: `{${prefix}}:`, commands: COMMANDS };
}

/** The first command makes the key a hash, so commands for other types change nothing. */
const COMMANDS: readonly (readonly string[])[] = [
  ['HSET', KEY, 'field', 'value'],
  ['PERSIST', KEY],
  ['PEXPIRE', KEY, SCRATCH_MS],
  ['EXISTS', KEY],
  ['PTTL', KEY],
  ['GET', KEY],
  ['INCR', KEY],
  ['HDEL', KEY, 'none'],
  ['HEXISTS', KEY, 'field'],
  ['HGET', KEY, 'field'],
  ['HGETALL', KEY],
  ['HINCRBY', KEY, 'number', '1'],
  ['HMGET', KEY, 'field'],
  ['HMSET', KEY, 'field', 'value'],
  ['LLEN', KEY],
  ['LPOS', KEY, 'value'],
  ['LPUSH', KEY, 'value'],
  ['LRANGE', KEY, '0', '0'],
  ['LREM', KEY, '0', 'value'],
  ['LTRIM', KEY, '0', '0'],
  ['RPOPLPUSH', KEY, KEY],
  ['RPUSH', KEY, 'value'],
  ['SADD', KEY, 'member'],
  ['SCARD', KEY],
  ['SMEMBERS', KEY],
  ['SREM', KEY, 'member'],
  ['XADD', KEY, '1-0', 'field', 'value'],
  ['XTRIM', KEY, 'MAXLEN', '1'],
  ['ZADD', KEY, '1', 'member'],
  ['ZCARD', KEY],
  ['ZPOPMIN', KEY],
  ['ZRANGE', KEY, '0', '0'],
  ['ZRANGEBYSCORE', KEY, '0', '0'],
  ['ZREM', KEY, 'member'],
  ['ZREMRANGEBYRANK', KEY, '0', '0'],
  ['ZREMRANGEBYSCORE', KEY, '0', '0'],
  ['ZREVRANGE', KEY, '0', '0'],
  ['ZREVRANGEBYSCORE', KEY, '0', '0'],
  ['ZSCORE', KEY, 'member'],
  ['BZPOPMIN', KEY, '0.01'],
  ['EVAL', "return redis.call('EXISTS', KEYS[1])", '1', KEY],
  ['SET', KEY, 'value', 'PX', SCRATCH_MS],
  ['DEL', KEY],
];
