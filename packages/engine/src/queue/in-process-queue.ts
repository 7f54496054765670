import type { WorkflowId } from '@runtape/events';
import { FairQueue } from './fair-queue.ts';
import type { ConsumeOptions, Consumer, EnqueueOptions, WorkflowQueue } from './workflow-queue.ts';

type Handler = (workflowId: WorkflowId) => Promise<void>;

/**
 * Makes a queue for workers in the same process, fair between owners. It is lost with the process;
 * a worker's sweep finds what was lost.
 */
export function createInProcessQueue(): WorkflowQueue {
  return new InProcessQueue();
}

class InProcessQueue implements WorkflowQueue {
  readonly #waiting = new FairQueue<WorkflowId, WorkflowId>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #consumers = new Set<InProcessConsumer>();
  #isClosed = false;

  async enqueue(
    workflowId: WorkflowId,
    { delayMs, owner = null }: EnqueueOptions = {},
  ): Promise<void> {
    if (this.#isClosed) throw new Error('The queue was closed. Make a new one.');
    if (delayMs === undefined || delayMs <= 0) {
      this.#add(workflowId, owner);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#add(workflowId, owner);
    }, delayMs);
    this.#timers.add(timer);
  }

  consume(handler: Handler, { concurrency }: ConsumeOptions): Consumer {
    const consumer = new InProcessConsumer(handler, concurrency, {
      onFree: () => this.#dispatch(),
      onClose: () => this.#consumers.delete(consumer),
    });
    this.#consumers.add(consumer);
    this.#dispatch();
    return consumer;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.clear();
    await Promise.all(Array.from(this.#consumers, (consumer) => consumer.close()));
  }

  #add(workflowId: WorkflowId, owner: string | null): void {
    this.#waiting.add(workflowId, workflowId, owner);
    this.#dispatch();
  }

  #dispatch(): void {
    for (;;) {
      const free = Array.from(this.#consumers).find(({ isFree }) => isFree);
      const next = free === undefined ? undefined : this.#waiting.take();
      if (free === undefined || next === undefined) return;
      free.handle(next.item, () => this.#waiting.done(next.owner));
    }
  }
}

class InProcessConsumer implements Consumer {
  readonly #handler: Handler;
  readonly #concurrency: number;
  readonly #events: { onFree: () => void; onClose: () => void };
  readonly #running = new Set<Promise<void>>();
  #count = 0;
  #isPaused = false;

  constructor(
    handler: Handler,
    concurrency: number,
    events: { onFree: () => void; onClose: () => void },
  ) {
    this.#handler = handler;
    this.#concurrency = concurrency;
    this.#events = events;
  }

  get isFree(): boolean {
    return !this.#isPaused && this.#count < this.#concurrency;
  }

  /** @param onDone called before this consumer is free again. */
  handle(workflowId: WorkflowId, onDone: () => void): void {
    // Before the handler runs, because it may enqueue, and so dispatch, immediately.
    this.#count += 1;
    const running = this.#handleAndIgnoreErrors(workflowId).finally(() => {
      this.#count -= 1;
      this.#running.delete(running);
      onDone();
      this.#events.onFree();
    });
    this.#running.add(running);
  }

  async pause(): Promise<void> {
    this.#isPaused = true;
  }

  async close(): Promise<void> {
    this.#isPaused = true;
    this.#events.onClose();
    await Promise.all(this.#running);
  }

  async #handleAndIgnoreErrors(workflowId: WorkflowId): Promise<void> {
    try {
      await this.#handler(workflowId);
    } catch {
      // The handler reports its errors; a failed message counts as handled.
    }
  }
}
