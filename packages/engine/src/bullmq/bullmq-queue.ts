import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import type { RedisAddress } from '@runtape/redis-client';
import { Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { z } from 'zod';
import type {
  ConsumeOptions,
  Consumer,
  EnqueueOptions,
  WorkflowQueue,
} from '../queue/workflow-queue.ts';
import { BorrowedLink, type Link, RedisLink, replyWithin } from './redis-link.ts';
import { BullmqConsumer } from './bullmq-consumer.ts';
import { RoundRobinPriorities } from './round-robin-priorities.ts';

const NAME = 'workflows';
const JOB = 'run';
const ENQUEUE_MS = 2_000;

const jobSchema = z.object({
  workflowId: workflowIdSchema,
  owner: z.string().nullable().default(null),
});

export interface BullmqQueueOptions extends RedisAddress {
  /**
   * A client of the same Redis to enqueue with. The caller owns it and keeps it open as long as the
   * queue. Workers always use connections of their own, because one of them blocks. Default: a
   * client of the queue's own.
   */
  readonly client?: Redis | Cluster | undefined;
  /** Prefix of all keys; they share one slot of a cluster. Default: `runtape`. */
  readonly prefix?: string | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Called with connection errors and errors of BullMQ, for the process log. Default: ignored. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Makes a queue on Redis, for workers in any number of processes. BullMQ only dispatches: the log
 * decides attempts, retries and which worker runs a workflow. So each job is tried once and then
 * removed, and a job that BullMQ takes for stalled finds its workflow leased. `enqueue` rejects
 * when Redis does not answer within 2 s.
 * @throws TypeError when neither a Redis address nor a `client` is given.
 */
export function createBullmqQueue(options: BullmqQueueOptions): WorkflowQueue {
  return new BullmqQueue(options);
}

class BullmqQueue implements WorkflowQueue {
  readonly #address: RedisAddress;
  readonly #link: Link;
  readonly #queue: Queue;
  readonly #priorities: RoundRobinPriorities;
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
      // BullMQ neither closes nor blocks a client that it is given.
      connection: this.#link.client,
      prefix: this.#prefix,
      // The event log checks version and eviction policy, and reports more about them.
      skipVersionCheck: true,
    });
    this.#queue.on('error', this.#link.report);
    this.#priorities = new RoundRobinPriorities(this.#link.client, `${this.#prefix}:turns`);
  }

  async enqueue(
    workflowId: WorkflowId,
    { delayMs, owner = null }: EnqueueOptions = {},
  ): Promise<void> {
    if (this.#takesNothing) throw new Error('The queue is closed.');
    // A delayed wake-up is requested from within a job, and BullMQ drops a second job with the same
    // id.
    const wakeUp =
      delayMs === undefined
        ? { jobId: workflowId }
        : { jobId: `${workflowId}-${this.#now() + delayMs}`, delay: delayMs };
    const add = async (): Promise<void> => {
      const priority = await this.#priorities.next(owner);
      const job = { ...wakeUp, priority, removeOnComplete: true, removeOnFail: true };
      await this.#queue.add(JOB, { workflowId, owner }, job);
    };
    await replyWithin(ENQUEUE_MS, add());
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
      onServed: (turn) => this.#priorities.served(turn),
      onDrained: () => this.#priorities.reset(),
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
    // Consumers may still put back jobs that arrived after they began to close.
    await Promise.all(Array.from(this.#consumers, (consumer) => consumer.close()));
    this.#takesNothing = true;
    await this.#link.beginEnd();
    await this.#queue.close();
    this.#link.end();
  }
}
