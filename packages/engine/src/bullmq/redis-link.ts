import { Cluster, Redis } from 'ioredis';

/** Where Redis is: a URL, or some nodes of a cluster. */
export interface RedisAddress {
  /** Such as `redis://127.0.0.1:6379`, with a password if it needs one. */
  readonly url?: string | undefined;
  readonly cluster?: readonly { readonly host: string; readonly port: number }[] | undefined;
}

/** What is used of a client here, of whichever make. */
interface Connection {
  readonly status: string;
  once(event: 'ready' | 'end', listener: () => void): unknown;
  off(event: 'ready' | 'end', listener: () => void): unknown;
}

const LONGEST_RETRY_MS = 1_000;

/**
 * A client of Redis that connects again after every break, until it is told not to. A client that waits to connect again does not
 * notice a `disconnect`, and what it was asked never ends: so it is let fail once more, and then it ends by itself.
 */
export class RedisLink {
  readonly client: Redis | Cluster;
  readonly #onError: (error: unknown) => void;
  #isEnding = false;
  #isBroken = false;

  /** @throws TypeError when the address names neither a Redis nor a cluster. */
  constructor({ url, cluster }: RedisAddress, onError: (error: unknown) => void) {
    const retryStrategy = (times: number): number | null =>
      this.#isEnding ? null : Math.min(times * 50, LONGEST_RETRY_MS);
    // BullMQ blocks for as long as it takes, so no command may be given up by the client.
    const redisOptions = { maxRetriesPerRequest: null };
    if (cluster !== undefined) {
      const clusterRetryStrategy = retryStrategy;
      this.client = new Cluster([...cluster], { redisOptions, clusterRetryStrategy });
    } else if (url !== undefined) {
      this.client = new Redis(url, { ...redisOptions, retryStrategy });
    } else {
      throw new TypeError('Give the url of a Redis, or the nodes of a cluster.');
    }
    this.#onError = onError;
    this.client.on('error', this.report);
    this.client.on('ready', () => (this.#isBroken = false));
  }

  /** Passes an error on; of a break only the first, however often connecting fails until it is over. */
  readonly report = (error: unknown): void => {
    // A connection that is reset says so while it still counts as ready.
    const isBreak = isOfNetwork(error) || this.client.status !== 'ready';
    if (!(isBreak && this.#isBroken)) this.#onError(error);
    this.#isBroken = isBreak;
  };

  /** From now on neither the client nor a copy of it connects again. @returns when they can be closed. */
  async beginEnd(copy?: Promise<Connection | undefined>): Promise<void> {
    this.#isEnding = true;
    await untilReadyOrEnded(this.client);
    // A copy that never was connected ends with an error.
    const copied = await copy?.catch(() => undefined);
    if (copied !== undefined) await untilReadyOrEnded(copied);
  }

  /** Ends the connection at once. */
  end(): void {
    this.#isEnding = true;
    this.client.disconnect();
  }
}

function isOfNetwork(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

async function untilReadyOrEnded(connection: Connection): Promise<void> {
  if (connection.status === 'ready' || connection.status === 'end') return;
  const { promise, resolve } = Promise.withResolvers<void>();
  connection.once('ready', resolve);
  connection.once('end', resolve);
  await promise;
  connection.off('ready', resolve);
  connection.off('end', resolve);
}
