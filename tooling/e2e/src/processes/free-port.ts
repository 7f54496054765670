import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { E2eToolingError } from '../e2e-tooling-error.ts';

/**
 * Below every system's range for outgoing connections (Linux: from 32768). A port in that range
 * could be lost after a kill: a client that tries to reconnect to it may be assigned that very port
 * for its own end.
 */
const FIRST = 11_000;
const END = 22_000;
const ATTEMPTS = 100;

/**
 * Finds an unused port of 127.0.0.1, for a program that will be killed and restarted on the same
 * port.
 *
 * @param alsoFree distances to further ports that must be free, too (at most 10,000). Default:
 *    none.
 * @throws {E2eToolingError} `no_free_port` after a hundred failed attempts.
 */
export async function freePort(alsoFree: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST, END);
    const free = await Promise.all([0, ...alsoFree].map((distance) => isFree(port + distance)));
    if (free.every(Boolean)) return port;
  }
  throw new E2eToolingError(
    'no_free_port',
    `No port of 127.0.0.1 between ${FIRST} and ${END} can be listened on.`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
