import { type Job, Worker } from 'bullmq';
import type { Consumer } from '../queue/workflow-queue.ts';
import { RedisLink, type RedisAddress } from './redis-link.ts';
import { within } from './within.ts';

/** BullMQ's own is 15 s: long for a Redis that was only restarted. */
const RETRY_MS = 1_000;
const CLOSE_MS = 2_000;

export interface BullmqConsumerOptions {
  readonly address: RedisAddress;
  readonly queue: string;
  readonly prefix: string;
  readonly concurrency: number;
  /** Gets the data of a job. */
  readonly handler: (data: unknown) => Promise<void>;
  /** Gets the data of a job that came too late to be handled here. */
  readonly putBack: (data: unknown) => Promise<void>;
  /** Called with the priority of each job that is taken. */
  readonly onServed: (priority: number) => Promise<void>;
  /** Called when nothing is left to take. */
  readonly onDrained: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Takes jobs off BullMQ, on two connections of its own: one of them blocks. */
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
    this.#worker.on('drained', () => this.#beside(options.onDrained()));
  }

  async pause(): Promise<void> {
    // BullMQ's own pause lets a fetch that waits take one job more; closing ends the fetch.
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
    this.#beside(onServed(priority));
    if (this.#closed !== undefined) {
      await putBack(data);
      return;
    }
    const running = handler(data).finally(() => this.#running.delete(running));
    this.#running.add(running);
    await running;
  }

  /** What need not be waited for: whose turn it is is a matter of fairness only. */
  #beside(task: Promise<void>): void {
    task.catch(this.#link.report);
  }

  /**
   * With its check BullMQ skips to find out what Redis can, and takes it for one that waits in
   * whole seconds; none is that old.
   */
  async #waitPrecisely(): Promise<void> {
    const { blockingConnection } = this.#worker.getBackend();
    // One that never is connected waits for nothing, and says why by itself.
    const client = await blockingConnection?.client.catch(() => undefined);
    if (blockingConnection === undefined || client === undefined) return;
    blockingConnection.capabilities = { canDoubleTimeout: true, canBlockFor1Ms: false };
  }

  async #close(): Promise<void> {
    const backend = this.#worker.getBackend();
    await this.#link.beginEnd(backend.blockingClient);
    const closed = this.#worker.close();
    // It may fail before it is waited for below, and a rejection that nobody handles ends the
    // process.
    closed.catch(() => {});
    await Promise.allSettled(this.#running);
    try {
      await within(CLOSE_MS, closed);
    } catch (error) {
      // Redis took the connection and does not answer.
      this.#link.report(error);
      await backend.disconnectBlocking(false);
      await this.#worker.abandon();
    }
    this.#link.end();
  }
}

/**
 * Its own close waits for answers of Redis, which a connection that broke may never bring, and
 * keeps its timers until then.
 */
class AbandonableWorker extends Worker<unknown> {
  /** Ends the timers. Nothing may run any more. */
  async abandon(): Promise<void> {
    await this.lockManager.close();
    // The look for stalled jobs.
    await this.pause(true);
  }
}
