import { untilAborted } from '@runtape/async';
import { type Watcher, Watchers } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Connection } from '../connection.ts';
import { readAnnouncement } from '../entries.ts';
import type { Keys } from '../keys.ts';
import { explainFailure } from '../redis-failure.ts';
import type { Topology } from '../topology/topology.ts';
import { Subscriptions } from './subscriptions.ts';

export interface AnnouncementsOptions {
  readonly topology: Topology;
  readonly connection: Connection;
  readonly keys: Keys;
  readonly random: () => number;
  readonly onWarning: (message: string) => void;
}

/** Tells watchers what Redis announces. A channel is subscribed once, and each message is read once, however many watch. */
export class Announcements {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #subscriptions: Subscriptions;
  readonly #watchers: Watchers<Watcher>;
  /** Of commands, and of who joins a thread: what is announced makes them look. */
  readonly #wakes: Watchers<() => void>;

  constructor({ topology, connection, keys, random, onWarning }: AnnouncementsOptions) {
    this.#connection = connection;
    this.#keys = keys;
    let isRefused = false;
    const explain = (error: Error) => {
      const { address, settings, lastError } = topology;
      return explainFailure(error, { address, settings, lastError, mayHaveWritten: false }).message;
    };
    const events = {
      message: (channel: string, message: string) => this.#tell(channel, message),
      restored: (channel: string) => {
        isRefused = false;
        this.#resync(channel);
      },
      refused: (error: Error) => {
        if (!isRefused) onWarning(explain(error));
        isRefused = true;
      },
    };
    this.#subscriptions = new Subscriptions(topology, { random, events });
    const onEmpty = (channel: string) => this.#subscriptions.unsubscribe(channel);
    this.#watchers = new Watchers({ onEmpty });
    this.#wakes = new Watchers({ onEmpty });
  }

  connect(): Promise<void> {
    return this.#subscriptions.connect();
  }

  async watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    const { channel } = this.#keys.of(workflowId);
    await this.#listen(this.#watchers, { channel, listener: watcher, signal });
  }

  async watchCommands(workflowId: WorkflowId, wake: () => void, signal: AbortSignal) {
    const { commandsChannel: channel } = this.#keys.of(workflowId);
    await this.#listen(this.#wakes, { channel, listener: wake, signal });
  }

  async watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const channel = this.#keys.threadChannel(threadId);
    await this.#listen(this.#wakes, { channel, listener: wake, signal });
  }

  /** Listens to any channel. Rejects with what Redis itself said. */
  async probe(channel: string, wake: () => void, signal: AbortSignal): Promise<void> {
    this.#wakes.add(channel, wake, signal);
    await this.#subscriptions.subscribe(channel);
  }

  async close(): Promise<void> {
    this.#watchers.close();
    this.#wakes.close();
    await this.#subscriptions.close();
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

  #tell(channel: string, message: string): void {
    this.#wakes.tell(channel, (wake) => wake());
    if (!this.#watchers.has(channel)) return;
    try {
      const entries = readAnnouncement(message);
      this.#watchers.tell(channel, (watcher) => watcher.entries(entries));
    } catch {
      this.#resync(channel);
    }
  }

  #resync(channel: string): void {
    this.#wakes.tell(channel, (wake) => wake());
    this.#watchers.tell(channel, (watcher) => watcher.resync());
  }
}
