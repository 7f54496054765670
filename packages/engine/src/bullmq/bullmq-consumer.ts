import { type Job, Worker } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Consumer } from '../queue/workflow-queue.ts';

/** BullMQ's own is 15 s: long for a Redis that was only restarted. */
const RETRY_MS = 1_000;

export interface BullmqConsumerOptions {
  readonly queue: string;
  readonly prefix: string;
  /** Used as it is, and copied for what blocks. */
  readonly client: Redis | Cluster;
  readonly concurrency: number;
  /** Gets the data of a job. */
  readonly handler: (data: unknown) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Takes jobs off BullMQ. */
export class BullmqConsumer implements Consumer {
  readonly #worker: Worker<unknown>;
  #closed: Promise<void> | undefined;

  constructor({ queue, prefix, client, concurrency, handler, onError }: BullmqConsumerOptions) {
    this.#worker = new Worker<unknown>(
      queue,
      async ({ data }: Job<unknown>) => await handler(data),
      {
        connection: client,
        prefix,
        concurrency,
        runRetryDelay: RETRY_MS,
      },
    );
    this.#worker.on('error', onError);
  }

  async pause(): Promise<void> {
    await this.#worker.pause(true);
  }

  async close(): Promise<void> {
    this.#closed ??= this.#worker.close();
    await this.#closed;
  }
}
