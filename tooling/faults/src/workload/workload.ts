import { pause } from '../pause.ts';
import type { Start } from '../records.ts';
import { createRandom, type Random } from '../schedule/random.ts';
import { commandWorkflow, Refused, startComment, startWriting } from './api.ts';

export interface WorkloadOptions {
  readonly seed: number;
  readonly servers: readonly string[];
  /** The origin of the program that starts the harness's workflows. */
  readonly writer: string;
  readonly samples: readonly string[];
  /** The maximum number of concurrent workflows. */
  readonly maxRunning: number;
  /** Stops starting workflows. */
  readonly signal: AbortSignal;
  /** Stops repeating starts without a response. */
  readonly giveUp: AbortSignal;
  /** Called with a workflow once its id is known; settles when it has ended. */
  readonly onStarted: (workflowId: string, key: string) => Promise<void>;
  /** Whether the store may have lost what was confirmed after this time, in ms since 1970. */
  readonly mayHaveLost: (since: number) => boolean;
}

export interface WorkloadResult {
  readonly starts: readonly Start[];
  /** Refusals of valid requests. */
  readonly refusals: readonly string[];
  readonly cancels: number;
  readonly pauses: number;
}

const BETWEEN_STARTS_MS = [200, 1_200] as const;
const REPEAT_AFTER_MS = [50, 700] as const;
const CANCEL_AFTER_MS = [0, 8_000] as const;
/** The share of starts that are sent to two servers at the same time. */
const TWICE = 0.25;
const CANCELLED = 0.15;
/** The share of workflows that are paused and later resumed; half of them twice. */
const PAUSED = 0.25;
const PAUSED_AGAIN = 0.5;
const PAUSE_AFTER_MS = [0, 6_000] as const;
const RESUME_AFTER_MS = [0, 4_000] as const;
/** The share of workflows of the test harness. */
const WRITTEN = 0.25;
const POLL_MS = 1_000;

/**
 * Starts workflows at a bounded rate, and repeats each start with the same key until there is a
 * response.
 */
export async function runWorkload(options: WorkloadOptions): Promise<WorkloadResult> {
  const { seed, samples, maxRunning, signal } = options;
  const workload = new Workload(options);
  for (let number = 1; !signal.aborted; number += 1) {
    const random = createRandom(seed, `start ${number}`);
    const key = `faults-${seed}-${number}`;
    const sample = random.pick(samples);
    // Uses a separate generator, so that the other draws of a seed stay the same.
    const isWritten = createRandom(seed, `${key} kind`).next() < WRITTEN;
    workload.start(key, isWritten ? null : sample, random);
    await pause(random.whole(...BETWEEN_STARTS_MS), signal);
    while (workload.runningCount >= maxRunning && !signal.aborted) await pause(100, signal);
  }
  await workload.finished();
  return workload;
}

class Workload implements WorkloadResult {
  readonly starts: { key: string; requestedAt: number; workflowIds: string[] }[] = [];
  readonly refusals: string[] = [];
  cancels = 0;
  pauses = 0;
  readonly #options: WorkloadOptions;
  readonly #running = new Set<Promise<void>>();

  constructor(options: WorkloadOptions) {
    this.#options = options;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  async finished(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** @param sample `null` for a workflow of the test harness. */
  start(key: string, sample: string | null, random: Random): void {
    const start = { key, requestedAt: Date.now(), workflowIds: [] };
    this.starts.push(start);
    const running = this.#run(start, sample, random).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #run(
    start: { readonly key: string; readonly workflowIds: string[] },
    sample: string | null,
    random: Random,
  ): Promise<void> {
    const { onStarted } = this.#options;
    const times = random.next() < TWICE ? 2 : 1;
    const isCancelled = random.next() < CANCELLED;
    const cancelAfterMs = random.whole(...CANCEL_AFTER_MS);
    const isPaused = random.next() < PAUSED;
    const requests = Array.from({ length: times }, (_, index) =>
      this.#startUntilAnswered(start, sample, createRandom(random.whole(0, 2 ** 31), `${index}`)),
    );
    await Promise.all(requests);
    const [workflowId] = start.workflowIds;
    if (workflowId === undefined) return;
    const cancelling = isCancelled ? this.#cancel(workflowId, cancelAfterMs, random) : null;
    const ended = new AbortController();
    const pausing = isPaused ? this.#pauseAndResume(workflowId, random, ended.signal) : null;
    await onStarted(workflowId, start.key);
    ended.abort();
    await Promise.all([cancelling, pausing]);
  }

  async #startUntilAnswered(
    { key, workflowIds }: { readonly key: string; readonly workflowIds: string[] },
    sample: string | null,
    random: Random,
  ): Promise<void> {
    const { servers, writer } = this.#options;
    const start = async (server: string): Promise<string> =>
      sample === null ? startWriting(server, { key }) : startComment(server, { sample, key });
    const origins = sample === null ? [writer] : servers;
    const send = async (server: string): Promise<void> => {
      workflowIds.push(await start(server));
    };
    await this.#retry(random, send, origins);
  }

  async #cancel(workflowId: string, afterMs: number, random: Random): Promise<void> {
    await pause(afterMs, this.#options.giveUp);
    this.cancels += 1;
    await this.#retry(random, (server) => commandWorkflow(server, 'cancelWorkflow', workflowId));
  }

  /**
   * A resumed workflow must end without another request, unless the store may have lost the
   * request.
   */
  async #pauseAndResume(workflowId: string, random: Random, ended: AbortSignal): Promise<void> {
    for (let share = 1; random.next() < share; share *= PAUSED_AGAIN) {
      await pause(random.whole(...PAUSE_AFTER_MS), ended);
      if (ended.aborted) return;
      this.pauses += 1;
      await this.#retry(random, (server) => commandWorkflow(server, 'pauseWorkflow', workflowId));
      await pause(random.whole(...RESUME_AFTER_MS), this.#options.giveUp);
      await this.#retry(random, (server) => commandWorkflow(server, 'resumeWorkflow', workflowId));
    }
    for (let resumedAt = Date.now(); !ended.aborted; await pause(POLL_MS, ended)) {
      if (!this.#options.mayHaveLost(resumedAt)) continue;
      resumedAt = Date.now();
      await this.#retry(random, (server) => commandWorkflow(server, 'resumeWorkflow', workflowId));
    }
  }

  async #retry(
    random: Random,
    send: (server: string) => Promise<void>,
    servers = this.#options.servers,
  ): Promise<void> {
    const { giveUp } = this.#options;
    while (!giveUp.aborted) {
      try {
        await send(random.pick(servers));
        return;
      } catch (error) {
        if (error instanceof Refused) {
          // A store that lost the end may have lost the whole workflow.
          const isGone = error.isUnknown && this.#options.mayHaveLost(0);
          if (!isGone) this.refusals.push(error.message);
          return;
        }
      }
      await pause(random.whole(...REPEAT_AFTER_MS), giveUp);
    }
  }
}
