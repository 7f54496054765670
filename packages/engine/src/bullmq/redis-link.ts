import { withTimeout } from '@runtape/async';
import {
  credentials,
  fillInHosts,
  hostOf,
  type RedisAddress,
  tlsOptions,
} from '@runtape/redis-client';
import { Cluster, Redis } from 'ioredis';
import { reportBreaksOnce, type BreakReports } from './report-breaks-once.ts';

/** The used part of a client of either library. */
interface Connection {
  readonly status: string;
  once(event: 'ready' | 'end', listener: () => void): unknown;
  off(event: 'ready' | 'end', listener: () => void): unknown;
}

/** A Redis client and the way to end it. */
export interface Link {
  readonly client: Redis | Cluster;
  /** Reports an error, but only the first of an outage, however often reconnecting fails. */
  readonly report: (error: unknown) => void;
  /** @returns when the users of the client can be closed. */
  beginEnd(): Promise<void>;
  end(): void;
}

const MAX_RETRY_MS = 1_000;

/**
 * A Redis client that reconnects after every break until it is ended. ioredis does not notice
 * `disconnect` while it waits to reconnect, and pending commands then never settle: so one more
 * attempt is allowed to fail, which ends the client.
 */
export class RedisLink implements Link {
  readonly client: Redis | Cluster;
  readonly report: (error: unknown) => void;
  #isEnding = false;

  /** @throws TypeError when the address names no Redis. */
  constructor(address: RedisAddress, onError: (error: unknown) => void) {
    const retryStrategy = (times: number): number | null =>
      this.#isEnding ? null : Math.min(times * 50, MAX_RETRY_MS);
    this.client = connect(address, retryStrategy);
    ({ report: this.report } = reportBreaksOnce(this.client, onError));
    this.client.on('error', this.report);
  }

  /** Stops the client and its copy from reconnecting. @returns when both can be closed. */
  async beginEnd(copy?: Promise<Connection | undefined>): Promise<void> {
    this.#isEnding = true;
    await untilReadyOrEnded(this.client);
    // A copy that never connected ends with an error.
    const copied = await copy?.catch(() => undefined);
    if (copied !== undefined) await untilReadyOrEnded(copied);
  }

  /** Ends the connection immediately. */
  end(): void {
    this.#isEnding = true;
    this.client.disconnect();
  }
}

type RetryStrategy = (times: number) => number | null;

function connect(address: RedisAddress, retryStrategy: RetryStrategy): Redis | Cluster {
  const { url, cluster, sentinels, masterName } = address;
  const { sentinelUsername, sentinelPassword } = address;
  const tls = tlsOptions(address);
  const redisOptions = {
    // BullMQ blocks as long as it needs to, so the client must not give up a command.
    maxRetriesPerRequest: null,
    // The primary became a replica; reconnecting finds the new primary.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    ...credentials(address),
    ...(tls === undefined ? {} : { tls }),
  };
  if (cluster !== undefined) {
    return fillInHosts(
      new Cluster([...cluster], {
        redisOptions,
        clusterRetryStrategy: retryStrategy,
        natMap: hostOf(cluster),
        // A certificate names the host, which a DNS lookup here would lose.
        ...(tls === undefined ? {} : { dnsLookup: (host, found) => found(null, host) }),
      }),
    );
  }
  if (sentinels !== undefined && masterName !== undefined) {
    return new Redis({
      ...redisOptions,
      sentinels: [...sentinels],
      name: masterName,
      retryStrategy,
      sentinelRetryStrategy: retryStrategy,
      ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
      ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
      ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    });
  }
  if (url !== undefined) return new Redis(url, { ...redisOptions, retryStrategy });
  throw new TypeError(
    'Give the url of a Redis, the nodes of a cluster, or Sentinels and the name of their master.',
  );
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

/** A client that the caller made and will end. */
export class BorrowedLink implements Link {
  readonly client: Redis | Cluster;
  readonly #reports: BreakReports;

  constructor(client: Redis | Cluster, onError: (error: unknown) => void) {
    this.client = client;
    this.#reports = reportBreaksOnce(client, onError);
  }

  get report(): (error: unknown) => void {
    return this.#reports.report;
  }

  async beginEnd(): Promise<void> {}

  end(): void {
    this.#reports.stop();
  }
}

/**
 * Waits for a reply of Redis, at most for this many ms. The command continues.
 * @throws Error after the timeout.
 */
export async function replyWithin<Reply>(ms: number, reply: Promise<Reply>): Promise<Reply> {
  return await withTimeout(reply, ms, () => {
    throw new Error(`Redis did not answer within ${ms} ms.`);
  });
}
