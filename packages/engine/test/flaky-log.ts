import {
  type Append,
  EventLogError,
  type EventLog,
  type Renewal,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

/**
 * The fate of a request. `before`: it is lost and has no effect. `after`: it takes effect and the
 * reply is lost. `late`: the connection breaks, and it takes effect some requests later.
 */
export type Fault = 'none' | 'before' | 'after' | 'late';

type WriterLog = Pick<EventLog, 'append' | 'get' | 'renew'>;

/**
 * A proxy between a writer and a real log that loses requests and replies as scripted. Requests
 * take effect in order, after a delay.
 */
export class FlakyLog implements WriterLog {
  /** All appends, in order. */
  readonly appends: Append[] = [];
  /** The maximum number of concurrent appends. */
  mostOverlapping = 0;
  /** Called before each request takes effect. */
  travel: () => Promise<void> = async () => {};

  readonly #log: WriterLog;
  readonly #faults: Fault[];
  #line: Promise<unknown> = Promise.resolve();
  #late: (() => Promise<unknown>)[] = [];
  #overlapping = 0;

  constructor(log: WriterLog, faults: readonly Fault[] = []) {
    this.#log = log;
    this.#faults = [...faults];
  }

  async append(workflowId: WorkflowId, append: Append): Promise<{ tail: number }> {
    this.appends.push(append);
    this.#overlapping += 1;
    this.mostOverlapping = Math.max(this.mostOverlapping, this.#overlapping);
    try {
      return await this.#request(
        () => this.#log.append(workflowId, append),
        (act) => this.#inLine(act),
      );
    } finally {
      this.#overlapping -= 1;
    }
  }

  async get(workflowId: WorkflowId): Promise<WorkflowRecord | null> {
    // Uses another connection, so it may overtake appends in flight.
    return await this.#request(
      () => this.#log.get(workflowId),
      (act) => act(),
    );
  }

  async renew(workflowId: WorkflowId, renewal: Renewal): Promise<void> {
    await this.#request(
      async () => {
        await this.#log.renew(workflowId, renewal);
        return 'renewed';
      },
      (act) => this.#inLine(act),
    );
  }

  /** Lets all requests in flight take effect. */
  async untilIdle(): Promise<void> {
    await this.#inLine(() => this.#takeLate());
  }

  async #request<Answer>(
    act: () => Promise<Answer>,
    send: <Sent>(request: () => Promise<Sent>) => Promise<Sent>,
  ): Promise<Answer> {
    const fault = this.#faults.shift() ?? 'none';
    const answer = await send(async () => {
      await this.travel();
      if (fault === 'before') return undefined;
      if (fault === 'late') {
        this.#late.push(act);
        return undefined;
      }
      const done = await act();
      await this.#takeLate();
      return fault === 'after' ? undefined : done;
    });
    if (answer === undefined) throw new EventLogError('unavailable', 'The store does not answer.');
    return answer;
  }

  /**
   * Executes the delayed requests of a broken connection. They arrive out of order, so the log
   * refuses them unless they still fit.
   */
  async #takeLate(): Promise<void> {
    const late = this.#late;
    this.#late = [];
    for (const act of late) await act().catch(() => undefined);
  }

  async #inLine<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#line.then(act, act);
    this.#line = done.catch(() => undefined);
    return await done;
  }
}
