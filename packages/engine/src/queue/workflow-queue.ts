import type { WorkflowId } from '@runtape/events';

export interface EnqueueOptions {
  /**
   * Delay before a worker is woken, in ms, from 0. Each delayed wake-up counts by itself; one
   * without delay is merged with one that is already queued.
   */
  readonly delayMs?: number | undefined;
  /** Owner of the workflow, for fairness between owners. Default: unknown. */
  readonly owner?: string | null | undefined;
}

export interface ConsumeOptions {
  /** How many handlers run concurrently, from 1. */
  readonly concurrency: number;
}

/** Takes workflows off the queue until it is closed. */
export interface Consumer {
  /** Takes no more; running handlers continue. Idempotent. */
  pause(): Promise<void>;
  /** Takes no more, and waits for running handlers. Idempotent. */
  close(): Promise<void>;
}

/**
 * Wakes workers when there is something to do. It may lose and repeat messages: the log has the
 * truth, and decides which worker runs a workflow. A handler that finds nothing to do just returns.
 */
export interface WorkflowQueue {
  enqueue(workflowId: WorkflowId, options?: EnqueueOptions): Promise<void>;
  /** @param handler must not reject; if it does, the workflow counts as handled. */
  consume(handler: (workflowId: WorkflowId) => Promise<void>, options: ConsumeOptions): Consumer;
  /** Ends consumers, timers and connections that the queue owns. Idempotent. */
  close(): Promise<void>;
}
