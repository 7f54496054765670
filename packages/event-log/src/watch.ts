import type { WorkflowId } from '@runtape/events';
import type { Entry } from './read.ts';

/**
 * Hears of new entries. May be called with entries it has seen, or with a gap before them: a reader
 * takes only the next number.
 */
export interface Watcher {
  entries(entries: readonly Entry[]): void;
  /** Something may have been missed (a connection was lost): read the log after your cursor. */
  resync(): void;
}

/** Hears of new entries. */
export interface WatchOperations {
  /**
   * Watches a workflow until the signal aborts.
   * @returns once watching is in force: every append that starts later is announced to the watcher,
   *   or the watcher is told to resync, as long as the log is open. Announcements come after the
   *   append; nothing comes after the abort. What is announced is what was stored: no object of the
   *   writer's, who may change it or append it again.
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
  /** Hears of a listener that threw; the other listeners are not disturbed. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Called when the last listener of a key has left. */
  readonly onEmpty?: ((key: Key) => void) | undefined;
}

/**
 * Who listens to what, inside one process. A listener stays until its signal aborts; after that it
 * is not called again, not even by an announcement that is under way. Every adapter announces
 * through one of these.
 */
export class Watchers<Listener, Key extends string = string> {
  readonly #byKey = new Map<Key, Set<Registration<Listener>>>();
  readonly #options: WatchersOptions<Key>;

  constructor(options: WatchersOptions<Key> = {}) {
    this.#options = options;
  }

  /** What is listened to. */
  keys(): readonly Key[] {
    return [...this.#byKey.keys()];
  }

  has(key: Key): boolean {
    return this.#byKey.has(key);
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Adds a listener until the signal aborts. Throws the signal's reason when it has. */
  add(key: Key, listener: Listener, signal: AbortSignal): void {
    signal.throwIfAborted();
    const registration = { listener, signal, end: () => this.#remove(key, registration) };
    const registrations = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, registrations.add(registration));
    signal.addEventListener('abort', registration.end, { once: true });
  }

  /** Calls every listener of a key. */
  tell(key: Key, call: (listener: Listener) => void): void {
    // A copy: a listener may add or end others, and those added now are not meant.
    for (const { listener, signal } of Array.from(this.#byKey.get(key) ?? [])) {
      if (signal.aborted) continue;
      try {
        call(listener);
      } catch (error) {
        this.#options.onError?.(error);
      }
    }
  }

  /** Ends them all. */
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
