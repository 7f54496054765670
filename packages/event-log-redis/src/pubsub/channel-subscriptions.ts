import { logClosed } from '@runtape/event-log';
import type { Redis } from 'ioredis';
import { delay } from '../connection/client-options.ts';
import { endClient } from '../connection/end-client.ts';
import type { Topology } from '../connection/topology.ts';

/**
 * Interval of pings on a connection that only listens, in ms. A connection that does not answer is
 * dropped.
 */
const PING_EVERY_MS = 10_000;

interface Subscription {
  readonly name: string;
  /** The node where it is subscribed or about to be. */
  node: string | null;
  isPending: boolean;
  isSubscribed: boolean;
  /** How often its node has lost the subscription, or may have. */
  losses: number;
  /** Whether messages may have been missed since the subscription was last active. */
  mayHaveGap: boolean;
  subscribed: PromiseWithResolvers<void>;
}

export interface ChannelSubscriptionEvents {
  message(channel: string, message: string): void;
  /** The channel is subscribed again, and messages may have been missed in between. */
  restored(channel: string): void;
  /** Redis no longer allows this user to subscribe. Retried until it does. */
  refused(error: Error): void;
}

export interface ChannelSubscriptionOptions {
  readonly random: () => number;
  readonly events: ChannelSubscriptionEvents;
}

/**
 * Keeps channels subscribed at the node that serves them, across connection losses, until they are
 * unsubscribed.
 */
export class ChannelSubscriptions {
  readonly #topology: Topology;
  readonly #random: () => number;
  readonly #events: ChannelSubscriptionEvents;
  readonly #channels = new Map<string, Subscription>();
  readonly #nodes = new Map<string, NodeSubscriber>();
  #repair: NodeJS.Timeout | null = null;
  #repairs = 0;
  #isClosed = false;

  constructor(topology: Topology, { random, events }: ChannelSubscriptionOptions) {
    this.#topology = topology;
    this.#random = random;
    this.#events = events;
    topology.onChange(() => this.#follow());
  }

  /** Connects to one node before the first subscription. */
  async connect(): Promise<void> {
    const node = this.#topology.locate('');
    if (node !== null) await this.#subscriberAt(node)?.connect();
  }

  /**
   * Returns when the channel is subscribed, however long that takes; `unsubscribe` cancels it.
   * Rejects when Redis denies permission, because waiting would not help.
   */
  async subscribe(name: string): Promise<void> {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = newSubscription(name);
      this.#channels.set(name, channel);
      void this.#establish(channel);
    }
    await channel.subscribed.promise;
  }

  unsubscribe(name: string): void {
    const channel = this.#channels.get(name);
    this.#channels.delete(name);
    if (channel?.node) this.#nodes.get(channel.node)?.unsubscribe(name);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { subscribed } of this.#channels.values()) subscribed.reject(logClosed());
    this.#channels.clear();
    if (this.#repair !== null) clearTimeout(this.#repair);
    await Promise.all([...this.#nodes.values()].map((node) => node.close()));
  }

  async #establish(channel: Subscription): Promise<void> {
    if (channel.isPending || channel.isSubscribed) return;
    channel.isPending = true;
    const { losses } = channel;
    try {
      channel.node = this.#topology.locate(channel.name);
      const subscriber = channel.node === null ? null : this.#subscriberAt(channel.node);
      if (subscriber === null) throw new Error('The node of the channel is not known.');
      await subscriber.subscribe(channel.name);
      if (channel.losses > losses) throw new Error('The channel was lost meanwhile.');
      channel.isSubscribed = true;
    } catch (error) {
      if (isRefusal(error)) this.#refuse(channel, error);
      this.#repairLater();
    } finally {
      channel.isPending = false;
    }
    const isWanted = this.#channels.get(channel.name) === channel;
    if (channel.isSubscribed && isWanted) this.#confirm(channel);
  }

  #confirm(channel: Subscription): void {
    this.#repairs = 0;
    channel.subscribed.resolve();
    if (channel.mayHaveGap) this.#events.restored(channel.name);
    channel.mayHaveGap = false;
  }

  #refuse(channel: Subscription, error: Error): void {
    if (channel.mayHaveGap) this.#events.refused(error);
    channel.subscribed.reject(error);
    channel.subscribed = newSubscribed();
  }

  #subscriberAt(node: string): NodeSubscriber | null {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const client = this.#isClosed ? null : this.#topology.subscriber(node);
    if (client === null) return null;
    const subscriber = new NodeSubscriber(client, {
      message: (channel, message) => this.#events.message(channel, message),
      ready: () => this.#establishAll(),
      lost: () => this.#lose(node),
    });
    this.#nodes.set(node, subscriber);
    return subscriber;
  }

  #establishAll(): void {
    for (const channel of this.#channels.values()) void this.#establish(channel);
  }

  #lose(node: string): void {
    for (const channel of this.#channels.values()) {
      if (channel.node === node) lose(channel);
    }
    this.#repairLater();
  }

  /** Handles channels that may have moved to other nodes. */
  #follow(): void {
    for (const channel of this.#channels.values()) {
      const { name, node } = channel;
      // A node ends the subscriptions of channels that it gives away, so no unsubscribe is needed.
      if (node !== null && node !== this.#topology.locate(name)) lose(channel);
    }
    this.#establishAll();
    this.#closeUnused();
  }

  /** Without this, reconnects to a node that left the cluster would continue forever. */
  #closeUnused(): void {
    const used = new Set([...this.#channels.values()].map(({ node }) => node));
    for (const [node, subscriber] of this.#nodes) {
      if (used.has(node)) continue;
      this.#nodes.delete(node);
      void subscriber.close();
    }
  }

  #repairLater(): void {
    if (this.#repair !== null || this.#isClosed || this.#channels.size === 0) return;
    this.#repairs += 1;
    this.#repair = setTimeout(
      () => {
        this.#repair = null;
        this.#topology.refresh();
        this.#establishAll();
      },
      delay(this.#repairs, this.#random),
    );
  }
}

interface NodeEvents {
  message(channel: string, message: string): void;
  /** The connection is ready, without any subscription. */
  ready(): void;
  /** All subscriptions of the connection are lost. */
  lost(): void;
}

/** The subscriber connection to one node. It reconnects by itself, without its subscriptions. */
class NodeSubscriber {
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

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && /^NOPERM|unknown command/.test(error.message);
}

function newSubscription(name: string): Subscription {
  const state = { isPending: false, isSubscribed: false, losses: 0, mayHaveGap: false };
  return { name, node: null, ...state, subscribed: newSubscribed() };
}

function newSubscribed(): PromiseWithResolvers<void> {
  const subscribed = Promise.withResolvers<void>();
  // There may be no waiter when the log is closed.
  subscribed.promise.catch(() => {});
  return subscribed;
}

function lose(channel: Subscription): void {
  channel.losses += 1;
  if (!channel.isSubscribed) return;
  channel.isSubscribed = false;
  channel.mayHaveGap = true;
  channel.subscribed = newSubscribed();
}
