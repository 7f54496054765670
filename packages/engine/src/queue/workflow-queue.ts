import type { WorkflowId } from '@runtape/events';

export interface EnqueueOptions {
  /**
   * Wake a worker after so many ms, from 0. A wake-up for a time stands for itself; without a time
   * it is put together with one that waits already.
   */
  readonly delayMs?: number | undefined;
  /**
   * Whose workflow it is: owners take turns when there is more than workers can run. Default:
   * nobody known.
   */
  readonly owner?: string | null | undefined;
}

export interface ConsumeOptions {
  /** How many handlers run at once, from 1. */
  readonly concurrency: number;
}

/** Takes workflows off the queue until it is closed. */
export interface Consumer {
  /** Takes no more; handlers that run go on. Idempotent. */
  pause(): Promise<void>;
  /** Takes no more, and waits for the handlers that run. Idempotent. */
  close(): Promise<void>;
}

/**
 * Tells workers quickly that there is something to do. It may forget and it may repeat: what is to
 * be done is in the log, and who does it is decided there. So a handler that finds nothing to do
 * just returns.
 */
export interface WorkflowQueue {
  enqueue(workflowId: WorkflowId, options?: EnqueueOptions): Promise<void>;
  /** @param handler must not reject; if it does, the workflow counts as handled. */
  consume(handler: (workflowId: WorkflowId) => Promise<void>, options: ConsumeOptions): Consumer;
  /** Ends consumers, timers and connections that the queue owns. Idempotent. */
  close(): Promise<void>;
}
