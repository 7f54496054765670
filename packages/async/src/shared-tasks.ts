import { untilAborted } from './abort.ts';

interface SharedTask<Value> {
  readonly result: Promise<Value>;
  readonly stop: AbortController;
  waiting: number;
}

/** One for all: making one takes as long as much of what is shared here. */
const NOBODY_WAITS = new DOMException('Nobody waits for it any more.', 'AbortError');

/** Runs one task for all who ask for the same thing while it is under way. */
export class SharedTasks<Value> {
  readonly #running = new Map<string, SharedTask<Value>>();

  /**
   * Joins the task under way for this key, or starts it.
   * @param start gets a signal that aborts when nobody waits for the task any more.
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

  /** Aborts every task that is under way. */
  stop(): void {
    for (const [key, task] of this.#running) this.#end(key, task);
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<Value>): SharedTask<Value> {
    const stop = new AbortController();
    const task: SharedTask<Value> = {
      // Forgotten before anyone hears of the result, so that who asks next gets a fresh answer.
      result: start(stop.signal).finally(() => this.#end(key, task)),
      stop,
      waiting: 0,
    };
    this.#running.set(key, task);
    return task;
  }

  #end(key: string, task: SharedTask<Value>): void {
    if (this.#running.get(key) === task) this.#running.delete(key);
    task.stop.abort(NOBODY_WAITS);
  }
}
