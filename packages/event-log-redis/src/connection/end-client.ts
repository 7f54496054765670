import type { Redis } from 'ioredis';

/** Ends a connection immediately and returns when it is closed. */
export async function endClient(client: Redis): Promise<void> {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  // Not `events.once`, which would reject with an error that the connection emits as it ends.
  client.once('end', () => resolve());
  // Between two attempts there is no connection, and ioredis emits nothing when it stops trying.
  if (client.status === 'end' || client.status === 'reconnecting') resolve();
  client.disconnect();
  await ended;
}
