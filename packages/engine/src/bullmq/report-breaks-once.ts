import type { Cluster, Redis } from 'ioredis';

/** @returns what passes errors of a client on: of a break only the first, however often connecting fails until it is over. */
export function reportBreaksOnce(
  client: Pick<Redis | Cluster, 'status'>,
  onError: (error: unknown) => void,
): (error: unknown) => void {
  let isBroken = false;
  return (error) => {
    // A connection that is reset says so while it still counts as ready.
    const isBreak = isOfNetwork(error) || client.status !== 'ready';
    if (!(isBreak && isBroken)) onError(error);
    isBroken = isBreak;
  };
}

function isOfNetwork(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
