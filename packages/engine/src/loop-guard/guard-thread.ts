import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type EventLog, isEventLogError } from '@runtape/event-log';
import { z } from 'zod';
import { findRunningAttempt } from './find-running-attempt.ts';
import {
  type FromGuard,
  type GuardData,
  guardDataSchema,
  type GuardedAttempt,
  type ToGuard,
} from './messages.ts';

const TICK_MS = 100;
const RENEWALS_PER_LEASE = 3;
/** With shorter leases a busy machine would look like a blocked loop. */
const MIN_STALL_MS = 5_000;
/** A process that is blocked for longer is given up, and others take over its workflows. */
const MAX_BLOCKED_MS = 60_000;

type GuardLog = Pick<EventLog, 'renew' | 'command' | 'close'>;

/** The thread's side of `LoopGuard`. */
class GuardThread {
  readonly #log: GuardLog;
  readonly #leaseMs: number;
  /** How long a step may block the loop before its workflow fails, in ms. */
  readonly #stallMs: number;
  readonly #answered: Int32Array;
  readonly #send: (message: FromGuard) => void;
  readonly #attempts = new Map<string, GuardedAttempt>();
  #question = 0;
  #blocked: BlockedLoop | undefined;
  /**
   * How long the last ping is unanswered, counted in ticks so that a sleeping machine does not
   * count.
   */
  #silentMs = 0;

  constructor(log: GuardLog, { leaseMs, answered }: GuardData, send: (message: FromGuard) => void) {
    this.#log = log;
    this.#leaseMs = leaseMs;
    this.#stallMs = Math.max(leaseMs, MIN_STALL_MS);
    this.#answered = answered;
    this.#send = send;
  }

  begin(key: string, attempt: GuardedAttempt): void {
    this.#attempts.set(key, attempt);
  }

  end(key: string): void {
    this.#attempts.delete(key);
  }

  tick(): void {
    if (Atomics.load(this.#answered, 0) === this.#question) {
      this.#blocked?.released.abort();
      this.#blocked = undefined;
      this.#silentMs = 0;
      this.#question = (this.#question + 1) | 0;
      this.#send({ type: 'question', number: this.#question });
      return;
    }
    this.#silentMs += TICK_MS;
    if (this.#blocked !== undefined) this.#blocked.ms = this.#silentMs;
    const isBlocked = this.#silentMs >= this.#leaseMs / RENEWALS_PER_LEASE;
    if (isBlocked && this.#blocked === undefined && this.#attempts.size > 0) {
      this.#blocked = { released: new AbortController(), ms: 0 };
      void this.#handleBlockedLoop(this.#blocked).catch((error: unknown) =>
        this.#send({ type: 'error', error }),
      );
    }
  }

  async #handleBlockedLoop(blocked: BlockedLoop): Promise<void> {
    const { signal } = blocked.released;
    await Promise.all([this.#keepLeases(signal), this.#reportCulprit(blocked)]);
  }

  async #keepLeases(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#silentMs < MAX_BLOCKED_MS) {
      const renewals = Array.from(this.#attempts.values(), ({ workflowId, attempt }) =>
        this.#log.renew(workflowId, { attempt, leaseMs: this.#leaseMs }),
      );
      for (const renewal of await Promise.allSettled(renewals)) {
        // An attempt that cannot be renewed finds out by itself.
        if (renewal.status === 'rejected' && !isEventLogError(renewal.reason)) throw renewal.reason;
      }
      await sleep(this.#leaseMs / RENEWALS_PER_LEASE);
    }
  }

  async #reportCulprit(blocked: BlockedLoop): Promise<void> {
    const { signal } = blocked.released;
    const key = await findRunningAttempt(signal);
    while (!signal.aborted && blocked.ms < this.#stallMs) await sleep(TICK_MS);
    const culprit = key === undefined ? undefined : this.#attempts.get(key);
    // Without this thread the lease would have expired only now.
    if (culprit === undefined || blocked.ms < this.#stallMs) return;
    // The worker that runs the workflow reads it: this process once it continues, or the next one.
    await this.#log.command(culprit.workflowId, { type: 'stalled' });
  }
}

interface BlockedLoop {
  /** Aborts when the loop runs again. */
  readonly released: AbortController;
  /** How long it has been blocked, in ms. */
  ms: number;
}

const moduleSchema = z.looseObject({
  openLog: z.custom<(data: unknown) => Promise<GuardLog>>((value) => typeof value === 'function'),
});

async function start(port: NonNullable<typeof parentPort>, data: GuardData): Promise<void> {
  const imported: unknown = await import(data.openLog);
  const log = await moduleSchema.parse(imported).openLog(data.data);
  const send = (message: FromGuard): void => port.postMessage(message);
  const guard = new GuardThread(log, data, send);
  const timer = setInterval(() => guard.tick(), TICK_MS);
  send({ type: 'ready' });
  port.on('message', (message: ToGuard) => {
    if (message.type === 'begun') guard.begin(message.key, message.attempt);
    else if (message.type === 'ended') guard.end(message.key);
    else {
      clearInterval(timer);
      port.close();
      void log.close();
    }
  });
}

if (parentPort !== null) await start(parentPort, guardDataSchema.parse(workerData));
