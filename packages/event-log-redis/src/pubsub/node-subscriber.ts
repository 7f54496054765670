import type { Redis } from 'ioredis';
import { endClient } from '../connection/end-client.ts';

/**
 * Interval of pings on a connection that only listens, in ms. A connection that does not answer is
 * dropped.
 */
const PING_EVERY_MS = 10_000;

export interface NodeEvents {
  message(channel: string, message: string): void;
  /** The connection is ready, without any subscription. */
  ready(): void;
  /** All subscriptions of the connection are lost. */
  lost(): void;
}

/** The subscriber connection to one node. It reconnects by itself, without its subscriptions. */
export class NodeSubscriber {
  readonly #client: Redis;
  readonly #pings: NodeJS.Timeout;

  constructor(client: Redis, events: NodeEvents) {
    this.#client = client;
    client.on('error', (error: Error) => {
      // The node ended a subscription while it was being unsubscribed, and ioredis took one message
      // for the reply to the other: from now on it assigns every reply to the next command.
      if (error.message.startsWith('Command queue state error')) client.disconnect(true);
    });
    client.on('smessage', (channel: string, message: string) => events.message(channel, message));
    client.on('ready', () => events.ready());
    client.on('close', () => events.lost());
    // The node moved channels to another one and ended their subscriptions.
    client.on('moved', () => events.lost());
    this.#pings = setInterval(() => {
      if (client.status === 'ready') void client.ping().catch(() => {});
    }, PING_EVERY_MS);
  }

  connect(): Promise<void> {
    return this.#client.connect();
  }

  /**
   * Returns once every later message will be received. Rejects when there is no connection or it
   * breaks.
   */
  async subscribe(channel: string): Promise<void> {
    await this.#client.ssubscribe(channel);
  }

  /** A lost connection has no subscriptions, so errors do not matter. */
  unsubscribe(channel: string): void {
    void this.#client.sunsubscribe(channel).catch(() => {});
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    await endClient(this.#client);
  }
}
