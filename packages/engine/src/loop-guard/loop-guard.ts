import { url as debuggerUrl } from 'node:inspector';
import { isMainThread, Worker as Thread } from 'node:worker_threads';
import type { Attempt } from '@runtape/event-log';
import type { FromGuard, GuardData, ToGuard } from './messages.ts';
import { runAs } from './running-attempt.ts';

const STOP_MS = 2_000;

export interface LoopGuardOptions {
  /**
   * A module that exports `openLog(data)`, which opens the worker's log again. Another thread
   * imports it.
   */
  readonly openLog: URL;
  /** Passed to `openLog`; any structured-cloneable value. */
  readonly data?: unknown;
}

/**
 * Watches the event loop from another thread. While the loop is blocked that thread renews the
 * leases of this process, so that the next worker does not take up the same workflow and block as
 * well. A workflow that blocks the loop for as long as a lease is noted in the log, and fails.
 */
export class LoopGuard {
  /** Resolves when the thread watches, or could not be started. */
  readonly ready: Promise<void>;
  readonly #thread: Thread;
  readonly #answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #exited: Promise<void>;

  constructor(
    { openLog, data }: LoopGuardOptions,
    { leaseMs, onError }: { leaseMs: number; onError: (error: unknown) => void },
  ) {
    const workerData: GuardData = {
      openLog: openLog.href,
      data,
      leaseMs,
      answered: this.#answered,
    };
    this.#thread = new Thread(threadFile(), { workerData });
    this.#thread.on('error', onError);
    const ready = Promise.withResolvers<void>();
    const exited = Promise.withResolvers<void>();
    this.#thread.on('message', (message: FromGuard) => {
      if (message.type === 'question') Atomics.store(this.#answered, 0, message.number);
      else if (message.type === 'ready') ready.resolve();
      // Under `node --watch` threads also send the names of their modules.
      else if (message.type === 'error') onError(message.error);
    });
    this.#thread.once('exit', () => {
      ready.resolve();
      exited.resolve();
    });
    // From now on the thread does not keep the process alive.
    this.ready = ready.promise.then(() => this.#thread.unref());
    this.#exited = exited.promise;
  }

  /** Whether this process can be watched: it is the main thread, and no debugger is attached. */
  static get isPossible(): boolean {
    return isMainThread && debuggerUrl() === undefined;
  }

  /** Runs an attempt while it is watched. */
  async run<Result>(
    { workflowId, attempt }: Attempt,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const key = `${workflowId} ${attempt}`;
    this.#send({ type: 'begun', key, attempt: { workflowId, attempt } });
    try {
      return await runAs(key, work);
    } finally {
      this.#send({ type: 'ended', key });
    }
  }

  /** Ends the thread and closes what it opened. */
  async stop(): Promise<void> {
    this.#send({ type: 'stop' });
    const timer = setTimeout(() => void this.#thread.terminate(), STOP_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #send(message: ToGuard): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#thread.postMessage(message);
  }
}

/** TypeScript source in development, JavaScript when built. */
function threadFile(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./guard-thread.ts', import.meta.url)
    : new URL('./guard-thread.js', import.meta.url);
}
