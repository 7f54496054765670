import { Redis } from 'ioredis';
import { eventOf } from '../targets/live-server.ts';
import { inFlight } from './in-flight.ts';
import type { Pace, Publisher } from './publishers.ts';

/** Stores and announces in one step. */
export const STORE_AND_ANNOUNCE = `
redis.call('XADD', KEYS[1], '*', 'event', ARGV[2])
redis.call('PUBLISH', ARGV[1], ARGV[2])`;
const MAX_IN_FLIGHT = 64;

/** The limit on Redis: a script per event that stores and announces it without any checks. */
export async function bareScript(pace: Pace, redisUrl: string): Promise<Publisher> {
  const redis = new Redis(redisUrl);
  const script = String(await redis.script('LOAD', STORE_AND_ANNOUNCE));
  let workflow = 0;
  return async (count) => {
    workflow += 1;
    const key = `bare-${process.pid}-${workflow}`;
    const max = pace === 'awaited' ? 1 : MAX_IN_FLIGHT;
    await inFlight(count, max, (seq) =>
      redis.evalsha(script, 1, key, key, JSON.stringify(eventOf(seq, 'token'))),
    );
    const stored = await redis.xlen(key);
    return () => Promise.resolve(stored === count ? null : `${stored} of ${count} are stored`);
  };
}
