import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Redis } from 'ioredis';
import { vi } from 'vitest';

/** A word of a line of MONITOR, between its quotes. */
const WORD = /"((?:[^"\\]|\\.)*)"/g;

/**
 * Hears what a Redis is asked, by whomever. Over a socket of its own: ioredis breaks when other
 * clients are busy while it begins to monitor.
 */
export async function monitorOf(redis: Redis) {
  const { host, port = 6379 } = redis.options;
  const socket = connect(port, host);
  const lines = createInterface({ input: socket });
  const heard: string[][] = [];
  lines.on('line', (line) => {
    heard.push([...line.matchAll(WORD)].map(([, word = '']) => word.replace(/\\(.)/g, '$1')));
  });
  socket.write('MONITOR\r\n');
  await once(lines, 'line');
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
    [Symbol.asyncDispose]: async () => void socket.destroy(),
  };
}
