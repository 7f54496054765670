import { Redis } from 'ioredis';
import { eventOf } from '../subjects/live-server.ts';
import { inFlight } from './in-flight.ts';
import type { Pace, Publisher } from './publishers.ts';

const SCRIPT = `
redis.call('XADD', KEYS[1], '*', 'event', ARGV[2])
redis.call('PUBLISH', ARGV[1], ARGV[2])`;
const MOST_UNDER_WAY = 64;

/** The limit on Redis: a script per event that stores and announces it without any checks. */
export async function bareScript(pace: Pace, redisUrl: string): Promise<Publisher> {
  const redis = new Redis(redisUrl);
  const script = String(await redis.script('LOAD', SCRIPT));
  let workflow = 0;
  return async (count) => {
    workflow += 1;
    const key = `bare-${process.pid}-${workflow}`;
    const most = pace === 'awaited' ? 1 : MOST_UNDER_WAY;
    await inFlight(count, most, (seq) =>
      redis.evalsha(script, 1, key, key, JSON.stringify(eventOf(seq, 'token'))),
    );
    const stored = await redis.xlen(key);
    return () => Promise.resolve(stored === count ? null : `${stored} of ${count} are stored`);
  };
}
