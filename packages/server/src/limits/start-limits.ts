import type { EventLog } from '@runtape/event-log';
import { hasEnded, type WorkflowId, type WorkflowStatus } from '@runtape/events';
import { ApiError } from '../errors/api-error.ts';
import { RateLimit, type Requester, userKeyOf } from './rate-limit.ts';

const SECOND_MS = 1000;
const UNENDED: readonly WorkflowStatus[] = ['queued', 'running', 'paused', 'retrying'];
/** The maximum number of workflows in one page of `log.list`. */
const PAGE = 200;
/** The number of concurrent lookups. */
const LOOKUP_BATCH = 50;
/** The minimum time between two lookups of the workflows of one address, in ms. */
const LOOKUP_INTERVAL_MS = 1000;
/**
 * The maximum number of remembered workflows of all addresses together; those of the address with
 * the oldest last start are forgotten.
 */
const MAX_KNOWN = 100_000;
/** The `Retry-After` for users with too many workflows; when one ends is not known. */
const UNTIL_ONE_ENDS_SECONDS = 10;

export interface StartLimitsOptions {
  readonly log: Pick<EventLog, 'get' | 'list'>;
  /** How many workflows one user, or without accounts one address, may start per minute. */
  readonly perMinute: number;
  /** How many workflows that have not ended one user may have. */
  readonly maxUnended: number;
  /** In ms, never backwards. Default: `performance.now`. */
  readonly monotonicNow?: (() => number) | undefined;
}

/** The workflows that one address started here and that are not known to have ended. */
interface Known {
  readonly workflows: Set<WorkflowId>;
  /** When they were last looked up, on the monotonic clock. */
  lookedUpAt: number;
}

/** An admitted start. Dispose of it when the start is done, whether it succeeded or not. */
export interface AdmittedStart extends Disposable {
  started(workflowId: WorkflowId): void;
}

/**
 * Limits the workflows that a user starts per minute, and those that have not ended. With accounts
 * they are counted in the log, across all servers. Without accounts each server counts the
 * workflows that an address started through it.
 */
export class StartLimits {
  readonly #options: StartLimitsOptions;
  readonly #now: () => number;
  readonly #rate: RateLimit;
  /** The number of starts in progress, which neither the log nor `#known` includes yet. */
  readonly #pending = new Map<string, number>();
  /** By address, in the order of the last start. */
  readonly #known = new Map<string, Known>();
  #size = 0;

  constructor(options: StartLimitsOptions) {
    const { perMinute, monotonicNow = () => performance.now() } = options;
    this.#options = options;
    this.#now = monotonicNow;
    this.#rate = new RateLimit({ perMinute, now: monotonicNow });
  }

  /** @throws ApiError `too_many_starts`, `too_many_workflows`; EventLogError `unavailable`. */
  async admit(requester: Requester): Promise<AdmittedStart> {
    const user = userKeyOf(requester);
    const waitMs = this.#rate.take(user);
    if (waitMs > 0) throw tooManyStarts(Math.ceil(waitMs / SECOND_MS));
    const leave = this.#enter(user);
    try {
      const { userId } = requester.identity;
      const unended =
        userId === null ? await this.#countKnown(user) : await this.#countOwned(userId);
      const { maxUnended } = this.#options;
      if (unended + this.#pendingOf(user) > maxUnended) throw tooManyWorkflows(maxUnended);
      return {
        started: (workflowId) => {
          if (userId === null) this.#remember(user, workflowId);
        },
        [Symbol.dispose]: leave,
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  #enter(user: string): () => void {
    this.#pending.set(user, this.#pendingOf(user) + 1);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      const remaining = this.#pendingOf(user) - 1;
      if (remaining > 0) this.#pending.set(user, remaining);
      else this.#pending.delete(user);
    };
  }

  #pendingOf(user: string): number {
    return this.#pending.get(user) ?? 0;
  }

  /** @returns the number of unended workflows; counting stops at `maxUnended` */
  async #countOwned(owner: string): Promise<number> {
    const { log, maxUnended } = this.#options;
    let count = 0;
    let before: string | undefined;
    do {
      const limit = Math.min(PAGE, maxUnended);
      const page = await log.list({ owner, status: UNENDED, limit, before });
      count += page.workflows.length;
      before = page.next ?? undefined;
    } while (before !== undefined && count < maxUnended);
    return count;
  }

  async #countKnown(user: string): Promise<number> {
    const known = this.#known.get(user);
    if (known === undefined) return 0;
    const isFull = known.workflows.size + this.#pendingOf(user) > this.#options.maxUnended;
    if (isFull && this.#now() - known.lookedUpAt >= LOOKUP_INTERVAL_MS) await this.#lookUp(known);
    return known.workflows.size;
  }

  async #lookUp(known: Known): Promise<void> {
    known.lookedUpAt = this.#now();
    const all = [...known.workflows];
    for (let at = 0; at < all.length; at += LOOKUP_BATCH) {
      const batch = all.slice(at, at + LOOKUP_BATCH);
      const records = await Promise.all(
        batch.map((workflowId) => this.#options.log.get(workflowId)),
      );
      for (const [index, workflowId] of batch.entries()) {
        const record = records[index] ?? null;
        const isGone = record === null || hasEnded(record.status);
        if (isGone && known.workflows.delete(workflowId)) this.#size -= 1;
      }
    }
  }

  #remember(user: string, workflowId: WorkflowId): void {
    const known = this.#known.get(user) ?? {
      workflows: new Set(),
      lookedUpAt: Number.NEGATIVE_INFINITY,
    };
    known.workflows.add(workflowId);
    this.#size += 1;
    this.#known.delete(user);
    this.#known.set(user, known);
    for (const [oldest, { workflows }] of this.#known) {
      if (this.#size <= MAX_KNOWN) return;
      this.#known.delete(oldest);
      this.#size -= workflows.size;
    }
  }
}

function tooManyStarts(retryAfterSeconds: number): ApiError {
  return new ApiError(
    'too_many_starts',
    `Too many workflows were started in the last minute. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}

function tooManyWorkflows(most: number): ApiError {
  return new ApiError(
    'too_many_workflows',
    `There are ${most} workflows under way already, as many as one may have. Wait for one to end, or cancel one.`,
    { retryAfterSeconds: UNTIL_ONE_ENDS_SECONDS },
  );
}
