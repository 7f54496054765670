import type { WorkflowId } from '@runtape/events';
import { type Watcher, Watchers } from '../port/watch.ts';
import type { MemoryStore } from './memory-store.ts';

export class MemoryWatchers {
  readonly #store: MemoryStore;
  readonly #entries = new Watchers<Watcher>();
  readonly #commands = new Watchers<() => void>();
  readonly #threads = new Watchers<() => void>();

  constructor(store: MemoryStore) {
    this.#store = store;
    store.watchers.add(this.#entries);
    store.commandWatchers.add(this.#commands);
    store.threadWatchers.add(this.#threads);
  }

  watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): void {
    this.#store.find(workflowId);
    this.#entries.add(workflowId, watcher, signal);
  }

  watchCommands(workflowId: WorkflowId, wake: () => void, signal: AbortSignal): void {
    this.#store.find(workflowId);
    this.#commands.add(workflowId, wake, signal);
  }

  watchThread(threadId: string, wake: () => void, signal: AbortSignal): void {
    this.#threads.add(threadId, wake, signal);
  }

  close(): void {
    for (const watchers of [this.#entries, this.#commands, this.#threads]) watchers.close();
    this.#store.watchers.delete(this.#entries);
    this.#store.commandWatchers.delete(this.#commands);
    this.#store.threadWatchers.delete(this.#threads);
  }
}
