import type { Server } from 'node:http';
import type { ServerType } from '@hono/node-server';

const LOOPBACK = '127.0.0.1';
const FIRST_PORT = 4310;
const PORTS_TO_TRY = 100;

class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code = 'port_taken';
}

/**
 * Listens on loopback.
 * @param port Default: 4310, or the next free one. 0: the system chooses.
 * @returns the server's origin.
 * @throws ListenError `port_taken`.
 */
export async function listen(server: ServerType, port?: number): Promise<string> {
  if (port !== undefined) {
    if (await tryPort(server, port)) return originOf(server);
    throw new ListenError(
      `Port ${port} is taken by another program. Stop that program, set another PORT, or leave PORT out to get a free one.`,
    );
  }
  for (let candidate = FIRST_PORT; candidate < FIRST_PORT + PORTS_TO_TRY; candidate += 1) {
    if (await tryPort(server, candidate)) return originOf(server);
  }
  throw new ListenError(
    `Every port from ${FIRST_PORT} to ${FIRST_PORT + PORTS_TO_TRY - 1} is taken. Set PORT to a free one.`,
  );
}

async function tryPort(server: ServerType, port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EADDRINUSE') resolve(false);
    else reject(error);
  };
  server.once('error', onError);
  server.listen(port, LOOPBACK, () => resolve(true));
  try {
    return await promise;
  } finally {
    server.off('error', onError);
  }
}

function originOf(server: Pick<Server, 'address'>): string {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new TypeError('The server has no port.');
  return `http://${LOOPBACK}:${address.port}`;
}
