import type { RedisAddress } from '@runtape/redis-client';
import { type Job, Worker } from 'bullmq';
import type { Consumer } from '../queue/workflow-queue.ts';
import { RedisLink, replyWithin } from './redis-link.ts';

/** BullMQ waits 15 s by default, which is long when Redis was only restarted. */
const RETRY_MS = 1_000;
const CLOSE_MS = 2_000;

export interface BullmqConsumerOptions {
  readonly address: RedisAddress;
  readonly queue: string;
  readonly prefix: string;
  readonly concurrency: number;
  /** Receives the data of a job. */
  readonly handler: (data: unknown) => Promise<void>;
  /** Receives the data of a job that arrived after closing began. */
  readonly putBack: (data: unknown) => Promise<void>;
  /** Called with the priority of each job taken. */
  readonly onServed: (priority: number) => Promise<void>;
  /** Called when the queue is empty. */
  readonly onDrained: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Takes jobs off BullMQ over two connections of its own, because one of them blocks. */
export class BullmqConsumer implements Consumer {
  readonly #options: BullmqConsumerOptions;
  readonly #link: RedisLink;
  readonly #worker: AbandonableWorker;
  readonly #running = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;

  constructor(options: BullmqConsumerOptions) {
    const { address, queue, prefix, concurrency, onError } = options;
    this.#options = options;
    this.#link = new RedisLink(address, onError);
    this.#worker = new AbandonableWorker(queue, (job: Job<unknown>) => this.#take(job), {
      connection: this.#link.client,
      prefix,
      concurrency,
      runRetryDelay: RETRY_MS,
      skipVersionCheck: true,
    });
    void this.#waitPrecisely();
    this.#worker.on('error', this.#link.report);
    this.#worker.on('drained', () => this.#inBackground(options.onDrained()));
  }

  async pause(): Promise<void> {
    // BullMQ's own pause lets a waiting fetch take one more job; closing ends the fetch.
    void this.#closeOnce();
  }

  async close(): Promise<void> {
    await this.#closeOnce();
  }

  #closeOnce(): Promise<void> {
    this.#closed ??= this.#close().catch(this.#link.report);
    return this.#closed;
  }

  async #take({ data, priority }: Job<unknown>): Promise<void> {
    const { handler, putBack, onServed } = this.#options;
    this.#inBackground(onServed(priority));
    if (this.#closed !== undefined) {
      await putBack(data);
      return;
    }
    const running = handler(data).finally(() => this.#running.delete(running));
    this.#running.add(running);
    await running;
  }

  /** Only fairness depends on these tasks, so they are not awaited. */
  #inBackground(task: Promise<void>): void {
    task.catch(this.#link.report);
  }

  /**
   * `skipVersionCheck` also skips capability detection, and BullMQ then blocks in whole seconds.
   */
  async #waitPrecisely(): Promise<void> {
    const { blockingConnection } = this.#worker.getBackend();
    // A worker that never connects blocks on nothing, and reports the reason itself.
    const client = await blockingConnection?.client.catch(() => undefined);
    if (blockingConnection === undefined || client === undefined) return;
    blockingConnection.capabilities = { canDoubleTimeout: true, canBlockFor1Ms: false };
  }

  async #close(): Promise<void> {
    const backend = this.#worker.getBackend();
    await this.#link.beginEnd(backend.blockingClient);
    const closed = this.#worker.close();
    // It may reject before the await below, and an unhandled rejection ends the process.
    closed.catch(() => {});
    await Promise.allSettled(this.#running);
    try {
      await replyWithin(CLOSE_MS, closed);
    } catch (error) {
      // Redis accepted the connection but does not answer.
      this.#link.report(error);
      await backend.disconnectBlocking(false);
      await this.#worker.abandon();
    }
    this.#link.end();
  }
}

/** BullMQ's close waits for answers that a broken connection never brings, and keeps its timers. */
class AbandonableWorker extends Worker<unknown> {
  /** Stops the timers. Call it when no job runs any more. */
  async abandon(): Promise<void> {
    await this.lockManager.close();
    // Stops the check for stalled jobs.
    await this.pause(true);
  }
}
