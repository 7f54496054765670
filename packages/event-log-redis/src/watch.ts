import { untilAborted } from '@runtape/async';
import { type Entry, type Watcher, Watchers } from '@runtape/event-log';
import { decodeStoredEvents, formatEventId, type WorkflowId } from '@runtape/events';
import type { RedisConnection } from './connection/redis-connection.ts';
import { explainFailure } from './connection/redis-failure.ts';
import type { Topology } from './connection/topology.ts';
import { ChannelSubscriptions } from './pubsub/channel-subscriptions.ts';
import type { Keys } from './store/keys.ts';
import { requireWorkflow } from './store/record.ts';

export interface PubSubWatchOptions {
  readonly topology: Topology;
  readonly connection: RedisConnection;
  readonly keys: Keys;
  readonly random: () => number;
  readonly onWarning: (message: string) => void;
}

/**
 * Forwards Redis messages to watchers. Each channel is subscribed to, and each message parsed, only
 * once, regardless of the number of watchers.
 */
export class PubSubWatch {
  readonly #connection: RedisConnection;
  readonly #keys: Keys;
  readonly #subscriptions: ChannelSubscriptions;
  readonly #watchers: Watchers<Watcher>;
  /** Listeners for commands and for new thread members; an announcement makes them read again. */
  readonly #wakes: Watchers<() => void>;

  constructor({ topology, connection, keys, random, onWarning }: PubSubWatchOptions) {
    this.#connection = connection;
    this.#keys = keys;
    let isRefused = false;
    const explain = (error: Error) => {
      const { address, settings, lastError } = topology;
      return explainFailure(error, { address, settings, lastError, mayHaveWritten: false }).message;
    };
    const events = {
      message: (channel: string, message: string) => this.#notify(channel, message),
      restored: (channel: string) => {
        isRefused = false;
        this.#resync(channel);
      },
      refused: (error: Error) => {
        if (!isRefused) onWarning(explain(error));
        isRefused = true;
      },
    };
    this.#subscriptions = new ChannelSubscriptions(topology, { random, events });
    const onEmpty = (channel: string) => this.#subscriptions.unsubscribe(channel);
    this.#watchers = new Watchers({ onEmpty });
    this.#wakes = new Watchers({ onEmpty });
  }

  connect(): Promise<void> {
    return this.#subscriptions.connect();
  }

  async watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    await this.#require(workflowId, signal);
    const { channel } = this.#keys.of(workflowId);
    await this.#listen(this.#watchers, { channel, listener: watcher, signal });
  }

  async watchCommands(workflowId: WorkflowId, wake: () => void, signal: AbortSignal) {
    await this.#require(workflowId, signal);
    const { commandsChannel: channel } = this.#keys.of(workflowId);
    await this.#listen(this.#wakes, { channel, listener: wake, signal });
  }

  async watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const channel = this.#keys.threadChannel(threadId);
    await this.#listen(this.#wakes, { channel, listener: wake, signal });
  }

  /** Subscribes to a channel to test access. Rejects with the error from Redis. */
  async probe(channel: string, wake: () => void, signal: AbortSignal): Promise<void> {
    this.#wakes.add(channel, wake, signal);
    await this.#subscriptions.subscribe(channel);
  }

  async close(): Promise<void> {
    this.#watchers.close();
    this.#wakes.close();
    await this.#subscriptions.close();
  }

  async #require(workflowId: WorkflowId, signal: AbortSignal): Promise<void> {
    const store = { connection: this.#connection, keys: this.#keys };
    await untilAborted(requireWorkflow(store, workflowId), signal);
  }

  async #listen<Listener>(
    watchers: Watchers<Listener>,
    { channel, listener, signal }: { channel: string; listener: Listener; signal: AbortSignal },
  ): Promise<void> {
    const failed = new AbortController();
    watchers.add(channel, listener, AbortSignal.any([signal, failed.signal]));
    try {
      await untilAborted(
        this.#connection.bounded(() => this.#subscriptions.subscribe(channel)),
        signal,
      );
    } catch (error) {
      failed.abort();
      throw error;
    }
  }

  #notify(channel: string, message: string): void {
    this.#wakes.notify(channel, (wake) => wake());
    if (!this.#watchers.has(channel)) return;
    try {
      const entries = parseMessage(message);
      this.#watchers.notify(channel, (watcher) => watcher.entries(entries));
    } catch {
      this.#resync(channel);
    }
  }

  #resync(channel: string): void {
    this.#wakes.notify(channel, (wake) => wake());
    this.#watchers.notify(channel, (watcher) => watcher.resync());
  }
}

/**
 * Parses a live message, `<incarnation> <seq before> <JSON array of events>`. Throws if the message
 * is malformed.
 */
function parseMessage(message: string): readonly Entry[] {
  const afterIncarnation = message.indexOf(' ');
  const afterSeq = message.indexOf(' ', afterIncarnation + 1);
  const incarnation = message.slice(0, afterIncarnation);
  const before = message.slice(afterIncarnation + 1, afterSeq);
  if (!/^\d+$/.test(before)) throw new TypeError('A live message names the seq before it.');
  return decodeStoredEvents(message.slice(afterSeq + 1)).map((event, index) => {
    const seq = Number(before) + index + 1;
    return { id: formatEventId({ incarnation, seq }), seq, event };
  });
}
