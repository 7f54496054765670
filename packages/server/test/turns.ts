import { yieldToEventLoop } from '@runtape/async';
import type { EventLog, Watcher } from '@runtape/event-log';
import { type Batch, FanOut, type ReadOptions, type ThreadUpdate } from '@runtape/fan-out';
import type { WorkflowId } from '@runtape/events';
import { vi } from 'vitest';

/**
 * How many turns of the event loop each step of the way of an event takes, one after the other and
 * then again.
 */
export class Turns {
  readonly #drawn: readonly number[];
  #taken = 0;

  constructor(drawn: readonly number[]) {
    this.#drawn = drawn;
  }

  async take(): Promise<void> {
    const count = this.#drawn[this.#taken % this.#drawn.length] ?? 0;
    this.#taken += 1;
    for (let turn = 0; turn < count; turn += 1) await yieldToEventLoop();
  }
}

/**
 * Makes questions to a log, its answers and what it announces take turns; announcements may
 * overtake each other.
 */
export function takeTurns(log: EventLog, turns: Turns): void {
  const [get, read, thread] = [log.get.bind(log), log.read.bind(log), log.thread.bind(log)];
  const readMerged = log.readMerged.bind(log);
  const [watch, watchThread] = [log.watch.bind(log), log.watchThread.bind(log)];
  const travel = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    await turns.take();
    const answer = await ask();
    await turns.take();
    return answer;
  };
  vi.spyOn(log, 'get').mockImplementation((id) => travel(() => get(id)));
  vi.spyOn(log, 'read').mockImplementation((id, range) => travel(() => read(id, range)));
  vi.spyOn(log, 'readMerged').mockImplementation((id, range) =>
    travel(() => readMerged(id, range)),
  );
  vi.spyOn(log, 'thread').mockImplementation((id, range) => travel(() => thread(id, range)));
  vi.spyOn(log, 'watch').mockImplementation((id, watcher, signal) => {
    const tell = (how: (watcher: Watcher) => void): void => {
      void turns.take().then(() => (signal.aborted ? undefined : how(watcher)));
    };
    const late: Watcher = {
      entries: (entries) => tell((told) => told.entries(entries)),
      resync: () => tell((told) => told.resync()),
    };
    return travel(() => watch(id, late, signal));
  });
  vi.spyOn(log, 'watchThread').mockImplementation((id, wake, signal) => {
    const late = (): void => {
      void turns.take().then(() => (signal.aborted ? undefined : wake()));
    };
    return travel(() => watchThread(id, late, signal));
  });
}

/**
 * A fan-out that takes turns before it hands something over, and after it was asked for the next.
 */
export class TurningFanOut extends FanOut {
  readonly #turns: Turns;

  constructor(log: EventLog, turns: Turns) {
    super({ log });
    this.#turns = turns;
  }

  override async *read(workflowId: WorkflowId, options: ReadOptions): AsyncGenerator<Batch, void> {
    yield* this.#late(super.read(workflowId, options));
  }

  override async *thread(
    ...asked: Parameters<FanOut['thread']>
  ): AsyncGenerator<ThreadUpdate, void> {
    yield* this.#late(super.thread(...asked));
  }

  async *#late<Value>(values: AsyncGenerator<Value, void>): AsyncGenerator<Value, void> {
    for await (const value of values) {
      await this.#turns.take();
      yield value;
      await this.#turns.take();
    }
  }
}
