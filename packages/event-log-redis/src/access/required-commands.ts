import { createHash } from 'node:crypto';
import type { RedisNeeds } from '../options.ts';

/** Stands for the scratch key in the commands of `RedisNeeds`. */
export const KEY = 'KEY';

const SCRATCH_MS = 60_000;
const LUA = "return redis.call('EXISTS', KEYS[1])";
const SHA = createHash('sha1').update(LUA).digest('hex');

/**
 * Every command of the log and its scripts, on a hash, so that commands for other types change
 * nothing.
 */
export const LOG_COMMANDS: readonly (readonly string[])[] = [
  ['HSET', KEY, 'field', 'value'],
  ['PEXPIRE', KEY, `${SCRATCH_MS}`],
  ['HGET', KEY, 'field'],
  ['HMGET', KEY, 'field'],
  ['HGETALL', KEY],
  ['HLEN', KEY],
  ['HDEL', KEY, 'none'],
  ['EXISTS', KEY],
  ['XADD', KEY, '1-0', 'field', 'value'],
  ['XRANGE', KEY, '-', '+'],
  ['XREVRANGE', KEY, '+', '-', 'COUNT', '1'],
  ['ZADD', KEY, 'NX', '1', 'member'],
  ['ZCARD', KEY],
  ['ZDIFF', '1', KEY],
  ['ZRANGE', KEY, '0', '0'],
  ['ZSCORE', KEY, 'member'],
  ['ZRANGEBYSCORE', KEY, '-inf', '+inf'],
  ['ZREVRANGEBYSCORE', KEY, '+inf', '-inf'],
  ['ZREM', KEY, 'member'],
  ['SET', KEY, 'value', 'NX', 'GET'],
  ['GET', KEY],
  ['EVAL', LUA, '1', KEY],
  ['EVALSHA', SHA, '1', KEY],
  ['TIME'],
  ['PING'],
  ['UNLINK', KEY],
  ['DEL', KEY],
];

/** Commands to try on one key. */
export interface Probe {
  readonly key: string;
  /** The key pattern to grant. */
  readonly pattern: string;
  readonly commands: readonly (readonly string[])[];
}

/**
 * The commands of the log and of `alsoNeeds`. `tag` is a hash tag; it places keys without a tag of
 * their own on the same node.
 */
export function probes(
  keyPrefix: string,
  alsoNeeds: readonly RedisNeeds[],
  tag: string,
): readonly Probe[] {
  const prefix = escapeGlob(keyPrefix);
  const own = (key: string, pattern: string): Probe => ({
    key: `${keyPrefix}${key}`,
    pattern: `${prefix}${pattern}`,
    commands: LOG_COMMANDS,
  });
  return [
    own(`workflow:{${tag}}:check`, 'workflow:*'),
    own(`workflows:key:{${tag}}`, 'workflows:*'),
    own(`workflows:{index}:${tag}`, 'workflows:*'),
    ...alsoNeeds.map(({ keyPrefix: begin, commands }) => ({
      key: `${begin}${tag}`,
      pattern: `${escapeGlob(begin)}*`,
      commands,
    })),
  ];
}

/** The patterns of the channels that the log uses. */
export function channelPatterns(keyPrefix: string): readonly string[] {
  const prefix = escapeGlob(keyPrefix);
  return [`${prefix}workflow:*`, `${prefix}thread:*`];
}

function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
