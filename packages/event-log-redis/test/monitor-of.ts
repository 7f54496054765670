import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Redis } from 'ioredis';
import { vi } from 'vitest';

/** A quoted word in a line of MONITOR. */
const WORD = /"((?:[^"\\]|\\.)*)"/g;

/**
 * Records the commands of all clients of a Redis. Uses a plain socket, because ioredis fails when
 * other clients are busy while it starts to monitor.
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
    /** Returns the commands on keys with a prefix that were sent during `work`. */
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
