import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import { Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { z } from 'zod';
import type {
  ConsumeOptions,
  Consumer,
  EnqueueOptions,
  WorkflowQueue,
} from '../queue/workflow-queue.ts';
import { BorrowedLink, type Link, type RedisAddress, RedisLink } from './redis-link.ts';
import { BullmqConsumer } from './bullmq-consumer.ts';
import { Turns } from './turns.ts';
import { within } from './within.ts';

const NAME = 'workflows';
const JOB = 'run';
const ENQUEUE_MS = 2_000;

const jobSchema = z.object({
  workflowId: workflowIdSchema,
  owner: z.string().nullable().default(null),
});

export interface BullmqQueueOptions extends RedisAddress {
  /**
   * A client of the same Redis to enqueue with. It belongs to whoever made it, and must stay open
   * for as long as the queue does. Workers that take jobs always have connections of their own, as
   * one of them blocks. Default: a client of the queue's own.
   */
  readonly client?: Redis | Cluster | undefined;
  /** Begins the names of all keys; they share one slot of a cluster. Default: `runtape`. */
  readonly prefix?: string | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * Hears of connections that break and of what BullMQ has to say, for the log of the process only.
   * Default: nobody does.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Makes a queue on Redis, for workers in any number of processes. BullMQ only dispatches: attempts,
 * retries and who runs what are decided by the log, so a job is tried once and then removed, and
 * one that BullMQ takes for stalled finds its workflow held by a lease. `enqueue` rejects when
 * Redis does not answer within 2 s.
 * @throws TypeError when no Redis is named, and no `client` is given.
 */
export function createBullmqQueue(options: BullmqQueueOptions): WorkflowQueue {
  return new BullmqQueue(options);
}

class BullmqQueue implements WorkflowQueue {
  readonly #address: RedisAddress;
  readonly #link: Link;
  readonly #queue: Queue;
  readonly #turns: Turns;
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #consumers = new Set<BullmqConsumer>();
  #closed: Promise<void> | undefined;
  #takesNothing = false;

  constructor({
    prefix = 'runtape',
    now = Date.now,
    onError,
    client,
    ...address
  }: BullmqQueueOptions) {
    this.#prefix = `{${prefix}}`;
    this.#now = now;
    this.#onError = (error) => onError?.(error);
    this.#address = address;
    this.#link =
      client === undefined
        ? new RedisLink(address, this.#onError)
        : new BorrowedLink(client, this.#onError);
    this.#queue = new Queue(NAME, {
      // BullMQ neither closes a client that it is given nor blocks it.
      connection: this.#link.client,
      prefix: this.#prefix,
      // The event log looks at the version and the eviction policy, and says more about them, once.
      skipVersionCheck: true,
    });
    this.#queue.on('error', this.#link.report);
    this.#turns = new Turns(this.#link.client, `${this.#prefix}:turns`);
  }

  async enqueue(
    workflowId: WorkflowId,
    { delayMs, owner = null }: EnqueueOptions = {},
  ): Promise<void> {
    if (this.#takesNothing) throw new Error('The queue is closed.');
    // Whoever asks for a wake-up at a time runs in a job itself, and BullMQ drops a second one with
    // the same id.
    const wakeUp =
      delayMs === undefined
        ? { jobId: workflowId }
        : { jobId: `${workflowId}-${this.#now() + delayMs}`, delay: delayMs };
    const add = async (): Promise<void> => {
      const priority = await this.#turns.next(owner);
      const job = { ...wakeUp, priority, removeOnComplete: true, removeOnFail: true };
      await this.#queue.add(JOB, { workflowId, owner }, job);
    };
    await within(ENQUEUE_MS, add());
  }

  consume(
    handler: (workflowId: WorkflowId) => Promise<void>,
    { concurrency }: ConsumeOptions,
  ): Consumer {
    const consumer = new BullmqConsumer({
      address: this.#address,
      queue: NAME,
      prefix: this.#prefix,
      concurrency,
      handler: async (data) => await handler(jobSchema.parse(data).workflowId),
      putBack: async (data) => {
        const { workflowId, owner } = jobSchema.parse(data);
        await this.enqueue(workflowId, { delayMs: 0, owner });
      },
      onServed: (turn) => this.#turns.served(turn),
      onDrained: () => this.#turns.reset(),
      onError: this.#onError,
    });
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async #close(): Promise<void> {
    // They may still put back what came too late for them.
    await Promise.all(Array.from(this.#consumers, (consumer) => consumer.close()));
    this.#takesNothing = true;
    await this.#link.beginEnd();
    await this.#queue.close();
    this.#link.end();
  }
}
