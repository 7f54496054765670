import type { Redis } from 'ioredis';
import { vi } from 'vitest';

/** Hears what a Redis is asked, by whomever. */
export async function monitorOf(redis: Redis) {
  const monitor = await redis.monitor();
  const heard: string[][] = [];
  monitor.on('monitor', (_time: string, args: string[]) => heard.push(args));
  return {
    /** The commands on keys with a prefix that were given meanwhile. */
    async during(prefix: string, work: () => Promise<void>): Promise<readonly string[][]> {
      heard.length = 0;
      await work();
      const mark = crypto.randomUUID();
      await redis.echo(mark);
      await vi.waitFor(() => {
        if (!heard.some((args) => args.includes(mark))) throw new Error('not heard yet');
      });
      return heard
        .filter(([, key]) => key?.startsWith(prefix))
        .map(([name = '', ...args]) => [name.toLowerCase()].concat(args));
    },
    [Symbol.asyncDispose]: async () => monitor.disconnect(),
  };
}
