import type { Redis } from 'ioredis';
import { endClient } from '../connection/end-client.ts';

/**
 * How often a connection that only listens is asked whether it is alive, in ms. One that does not
 * answer is dropped.
 */
const PING_EVERY_MS = 10_000;

export interface NodeEvents {
  message(channel: string, message: string): void;
  /** The connection is there: nothing is subscribed on it yet. */
  ready(): void;
  /** Nothing is subscribed on it any more. */
  lost(): void;
}

/**
 * The connection on which one node announces. It comes back by itself, without its subscriptions.
 */
export class NodeSubscriber {
  readonly #client: Redis;
  readonly #pings: NodeJS.Timeout;

  constructor(client: Redis, events: NodeEvents) {
    this.#client = client;
    client.on('error', (error: Error) => {
      // The node ended a subscription that was just being given up, and ioredis took the one
      // message for the answer to the other: from now on it takes every answer for that to the next
      // question.
      if (error.message.startsWith('Command queue state error')) client.disconnect(true);
    });
    client.on('smessage', (channel: string, message: string) => events.message(channel, message));
    client.on('ready', () => events.ready());
    client.on('close', () => events.lost());
    // The node gave channels to another one, and has ended their subscriptions.
    client.on('moved', () => events.lost());
    this.#pings = setInterval(() => {
      if (client.status === 'ready') void client.ping().catch(() => {});
    }, PING_EVERY_MS);
  }

  connect(): Promise<void> {
    return this.#client.connect();
  }

  /**
   * Returns when every later message is heard. Rejects when there is no connection, or it breaks
   * meanwhile.
   */
  async subscribe(channel: string): Promise<void> {
    await this.#client.ssubscribe(channel);
  }

  /**
   * A connection that is gone has no subscriptions, so nobody needs to know whether this went well.
   */
  unsubscribe(channel: string): void {
    void this.#client.sunsubscribe(channel).catch(() => {});
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    await endClient(this.#client);
  }
}
