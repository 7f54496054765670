import type { Redis } from 'ioredis';

/** Ends a connection at once and returns when it is gone. */
export async function endClient(client: Redis): Promise<void> {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  // Not `events.once`: it would reject with an error that the connection tells on its way out.
  client.once('end', () => resolve());
  // Between two tries there is no connection, and ioredis says nothing when it stops trying.
  if (client.status === 'end' || client.status === 'reconnecting') resolve();
  client.disconnect();
  await ended;
}
