import { once } from 'node:events';
import type { Redis } from 'ioredis';

/** Ends a connection at once and returns when it is gone. */
export async function endClient(client: Redis): Promise<void> {
  // Between two tries there is no connection, and ioredis says nothing when it stops trying.
  const isGone = client.status === 'end' || client.status === 'reconnecting';
  const ended = isGone ? null : once(client, 'end');
  client.disconnect();
  await ended;
}
