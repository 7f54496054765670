import type { WorkflowId } from '@runtape/events';
import type { Entry } from './read.ts';

/**
 * Receives new entries. Entries may be repeated, or follow a gap: a reader accepts only the next
 * seq.
 */
export interface Watcher {
  entries(entries: readonly Entry[]): void;
  /** Entries may have been missed (a connection was lost): read the log after your cursor. */
  resync(): void;
}

export interface WatchOperations {
  /**
   * Watches a workflow until the signal aborts.
   * @returns once the watch is active: every append that starts later is announced to the watcher,
   *   or its `resync` is called, as long as the log is open. Announcements follow the append; none
   *   follow the abort. The announced entries share no objects with the writer, which may change
   *   its own or append them again.
   * @throws the signal's reason when it aborts before that.
   */
  watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void>;
}

interface Registration<Listener> {
  readonly listener: Listener;
  readonly signal: AbortSignal;
  readonly end: () => void;
}

export interface WatchersOptions<Key extends string = string> {
  /** Called with an error that a listener threw; the other listeners are not affected. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Called when the last listener of a key has left. */
  readonly onEmpty?: ((key: Key) => void) | undefined;
}

/**
 * The listeners in one process, by key. A listener stays until its signal aborts; after that it is
 * not called again, not even by an announcement in progress. Every adapter uses this class.
 */
export class Watchers<Listener, Key extends string = string> {
  readonly #byKey = new Map<Key, Set<Registration<Listener>>>();
  readonly #options: WatchersOptions<Key>;

  constructor(options: WatchersOptions<Key> = {}) {
    this.#options = options;
  }

  /** The keys that have listeners. */
  keys(): readonly Key[] {
    return [...this.#byKey.keys()];
  }

  has(key: Key): boolean {
    return this.#byKey.has(key);
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Adds a listener until the signal aborts. @throws the signal's reason if it has aborted. */
  add(key: Key, listener: Listener, signal: AbortSignal): void {
    signal.throwIfAborted();
    const registration = { listener, signal, end: () => this.#remove(key, registration) };
    const registrations = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, registrations.add(registration));
    signal.addEventListener('abort', registration.end, { once: true });
  }

  /** Calls every listener of a key. */
  notify(key: Key, call: (listener: Listener) => void): void {
    // A copy, because a listener may add or remove others; added ones must not be called now.
    for (const { listener, signal } of Array.from(this.#byKey.get(key) ?? [])) {
      if (signal.aborted) continue;
      try {
        call(listener);
      } catch (error) {
        this.#options.onError?.(error);
      }
    }
  }

  close(): void {
    for (const [key, registrations] of this.#byKey) {
      for (const registration of registrations) this.#remove(key, registration);
    }
  }

  #remove(key: Key, registration: Registration<Listener>): void {
    registration.signal.removeEventListener('abort', registration.end);
    const registrations = this.#byKey.get(key);
    if (!registrations?.delete(registration) || registrations.size > 0) return;
    this.#byKey.delete(key);
    this.#options.onEmpty?.(key);
  }
}
