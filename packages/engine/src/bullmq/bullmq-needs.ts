const KEY = 'KEY';
const SCRATCH_MS = '60000';

/** Commands on keys that a Redis user needs to be allowed. */
export interface BullmqNeeds {
  readonly keyPrefix: string;
  /** Each on a scratch key, for which `KEY` stands. */
  readonly commands: readonly (readonly string[])[];
}

/**
 * What a queue does in Redis, for whoever checks that its user may do that: every command that
 * BullMQ gives, or the scripts of it that are used here.
 * @param options.prefix as of the queue. Default: `runtape`.
 */
export function bullmqNeeds({ prefix = 'runtape' }: { prefix?: string } = {}): BullmqNeeds {
  return { keyPrefix: `{${prefix}}:`, commands: COMMANDS };
}

/** The first makes a hash, so that what is for other types changes nothing. */
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
