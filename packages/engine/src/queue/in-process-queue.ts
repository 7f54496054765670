import type { WorkflowId } from '@runtape/events';
import type { ConsumeOptions, Consumer, EnqueueOptions, WorkflowQueue } from './workflow-queue.ts';

type Handler = (workflowId: WorkflowId) => Promise<void>;

/** Makes a queue for workers in the same process. It forgets with the process; a worker's sweep finds what was forgotten. */
export function createInProcessQueue(): WorkflowQueue {
  return new InProcessQueue();
}

class InProcessQueue implements WorkflowQueue {
  readonly #waiting = new Set<WorkflowId>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #consumers = new Set<InProcessConsumer>();
  #isClosed = false;

  async enqueue(workflowId: WorkflowId, { delayMs }: EnqueueOptions = {}): Promise<void> {
    if (this.#isClosed) throw new Error('The queue was closed. Make a new one.');
    if (delayMs === undefined || delayMs <= 0) {
      this.#add(workflowId);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#add(workflowId);
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

  #add(workflowId: WorkflowId): void {
    this.#waiting.add(workflowId);
    this.#dispatch();
  }

  #dispatch(): void {
    for (const workflowId of this.#waiting) {
      const free = Array.from(this.#consumers).find(({ isFree }) => isFree);
      if (free === undefined) return;
      this.#waiting.delete(workflowId);
      free.handle(workflowId);
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

  handle(workflowId: WorkflowId): void {
    // Before the handler runs: it may enqueue, and so dispatch, at once.
    this.#count += 1;
    const running = this.#settle(workflowId).finally(() => {
      this.#count -= 1;
      this.#running.delete(running);
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

  async #settle(workflowId: WorkflowId): Promise<void> {
    try {
      await this.#handler(workflowId);
    } catch {
      // Whoever handles reports; a message that failed counts as handled.
    }
  }
}
