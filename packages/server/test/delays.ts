import { yieldToEventLoop } from '@runtape/async';
import type { EventLog, Watcher } from '@runtape/event-log';
import { type Batch, FanOut, type ReadOptions, type ThreadUpdate } from '@runtape/fan-out';
import type { WorkflowId } from '@runtape/events';
import { vi } from 'vitest';

/** A sequence of delays in turns of the event loop, which repeats. */
export class Delays {
  readonly #counts: readonly number[];
  #next = 0;

  constructor(counts: readonly number[]) {
    this.#counts = counts;
  }

  async wait(): Promise<void> {
    const count = this.#counts[this.#next % this.#counts.length] ?? 0;
    this.#next += 1;
    for (let turn = 0; turn < count; turn += 1) await yieldToEventLoop();
  }
}

/**
 * Delays the calls of a log, their results and its notifications, which may overtake each other.
 */
export function delayLog(log: EventLog, delays: Delays): void {
  const [get, read, thread] = [log.get.bind(log), log.read.bind(log), log.thread.bind(log)];
  const readMerged = log.readMerged.bind(log);
  const [watch, watchThread] = [log.watch.bind(log), log.watchThread.bind(log)];
  const delayed = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    await delays.wait();
    const answer = await ask();
    await delays.wait();
    return answer;
  };
  vi.spyOn(log, 'get').mockImplementation((id) => delayed(() => get(id)));
  vi.spyOn(log, 'read').mockImplementation((id, range) => delayed(() => read(id, range)));
  vi.spyOn(log, 'readMerged').mockImplementation((id, range) =>
    delayed(() => readMerged(id, range)),
  );
  vi.spyOn(log, 'thread').mockImplementation((id, range) => delayed(() => thread(id, range)));
  vi.spyOn(log, 'watch').mockImplementation((id, watcher, signal) => {
    const notify = (call: (watcher: Watcher) => void): void => {
      void delays.wait().then(() => (signal.aborted ? undefined : call(watcher)));
    };
    const delayedWatcher: Watcher = {
      entries: (entries) => notify((target) => target.entries(entries)),
      resync: () => notify((target) => target.resync()),
    };
    return delayed(() => watch(id, delayedWatcher, signal));
  });
  vi.spyOn(log, 'watchThread').mockImplementation((id, wake, signal) => {
    const delayedWake = (): void => {
      void delays.wait().then(() => (signal.aborted ? undefined : wake()));
    };
    return delayed(() => watchThread(id, delayedWake, signal));
  });
}

/** A fan-out that waits before it yields a value, and after the next one was requested. */
export class DelayedFanOut extends FanOut {
  readonly #delays: Delays;

  constructor(log: EventLog, delays: Delays) {
    super({ log });
    this.#delays = delays;
  }

  override async *read(workflowId: WorkflowId, options: ReadOptions): AsyncGenerator<Batch, void> {
    yield* this.#delay(super.read(workflowId, options));
  }

  override async *thread(
    ...args: Parameters<FanOut['thread']>
  ): AsyncGenerator<ThreadUpdate, void> {
    yield* this.#delay(super.thread(...args));
  }

  async *#delay<Value>(values: AsyncGenerator<Value, void>): AsyncGenerator<Value, void> {
    for await (const value of values) {
      await this.#delays.wait();
      yield value;
      await this.#delays.wait();
    }
  }
}
