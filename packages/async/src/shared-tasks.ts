import { untilAborted } from './abort.ts';

interface SharedTask<Value> {
  readonly result: Promise<Value>;
  readonly stop: AbortController;
  waiting: number;
}

/** One shared error, because creating one takes as long as much of the work that is shared here. */
const NO_WAITERS = new DOMException('Nobody waits for it any more.', 'AbortError');

/** Runs one task for all concurrent callers with the same key. */
export class SharedTasks<Value> {
  readonly #running = new Map<string, SharedTask<Value>>();

  /**
   * Joins the running task for this key, or starts it.
   * @param start receives a signal that aborts when no caller waits for the task any more.
   */
  async join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    const task = this.#running.get(key) ?? this.#start(key, start);
    task.waiting += 1;
    try {
      return await untilAborted(task.result, signal);
    } finally {
      task.waiting -= 1;
      if (task.waiting === 0) this.#end(key, task);
    }
  }

  stop(): void {
    for (const [key, task] of this.#running) this.#end(key, task);
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<Value>): SharedTask<Value> {
    const stop = new AbortController();
    const task: SharedTask<Value> = {
      // Removed before any caller receives the result, so that the next call starts a fresh task.
      result: start(stop.signal).finally(() => this.#end(key, task)),
      stop,
      waiting: 0,
    };
    this.#running.set(key, task);
    return task;
  }

  #end(key: string, task: SharedTask<Value>): void {
    if (this.#running.get(key) === task) this.#running.delete(key);
    task.stop.abort(NO_WAITERS);
  }
}
