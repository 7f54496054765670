import { SharedTasks, untilAborted } from '@runtape/async';
import {
  cursorMismatch,
  type CursorMismatchReason,
  type Entry,
  type EventLog,
  EventLogError,
  isEventLogError,
  type Page,
  PAGE_BYTES,
  retryWhileUnavailable,
  unknownWorkflow,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { PageCache } from './page-cache.ts';

export interface HistoryPage {
  /** At least one entry; neighbouring tokens are merged. */
  readonly entries: readonly Entry[];
  /** Seq of the last entry. */
  readonly last: number;
}

export interface PageQuery {
  readonly incarnation: string;
  /** The page starts after this seq; the reader expects the log to have entries there. */
  readonly after: number;
  /** The maximum number of entries, not counting those that the log has stored merged. */
  readonly limit: number;
  /** The highest seq that the page may contain. */
  readonly upTo: number;
}

/**
 * Reads the log page by page for readers that are behind. Readers that request the same page
 * concurrently share one read of the log and one merged page. Later readers get the cached page,
 * once the log has confirmed that it still has these entries. Waits while the log is unavailable.
 */
export class History {
  readonly #log: EventLog;
  readonly #random: () => number;
  readonly #records = new SharedTasks<WorkflowRecord>();
  readonly #pages = new SharedTasks<HistoryPage | CursorMismatchReason>();
  readonly #cache: PageCache;

  /** @param cache closed together with this history. */
  constructor(log: EventLog, cache: PageCache, random: () => number) {
    this.#log = log;
    this.#cache = cache;
    this.#random = random;
  }

  /**
   * Checks, before a reader starts, whether the log still has the cached pages. @throws
   * EventLogError `unknown_workflow`.
   */
  async confirm(workflowId: WorkflowId, signal: AbortSignal): Promise<void> {
    if (this.#cache.has(workflowId)) await this.record(workflowId, signal);
  }

  /**
   * Returns the record of a workflow. The read may have started before this call. @throws
   * EventLogError `unknown_workflow`.
   */
  record(workflowId: WorkflowId, signal: AbortSignal): Promise<WorkflowRecord> {
    return this.#records.join(workflowId, signal, (shared) => this.recordOfNow(workflowId, shared));
  }

  /**
   * Returns the record of a workflow from a read that starts after this call. @throws EventLogError
   * `unknown_workflow`.
   */
  async recordOfNow(workflowId: WorkflowId, signal: AbortSignal): Promise<WorkflowRecord> {
    const get = (): Promise<WorkflowRecord> =>
      untilAborted(getRecord(this.#log, workflowId), signal);
    try {
      const record = await retryWhileUnavailable(get, { signal, random: this.#random });
      this.#cache.confirm(record);
      return record;
    } catch (error) {
      if (isEventLogError(error, 'unknown_workflow')) this.#cache.forget(workflowId);
      throw error;
    }
  }

  /**
   * @returns the page after a seq, or the reason why the cursor does not fit the log.
   * @throws EventLogError `unknown_workflow`; `corrupt` when the record counts entries after the
   *   seq but the log returns none.
   */
  async page(
    workflowId: WorkflowId,
    query: PageQuery,
    signal: AbortSignal,
  ): Promise<HistoryPage | CursorMismatchReason> {
    if (this.#cache.find(workflowId, query) !== null) {
      if (!this.#cache.isConfirmed(workflowId)) await this.record(workflowId, signal);
      const cached = this.#cache.find(workflowId, query);
      if (cached !== null) return cached;
    }
    const { incarnation, after, limit, upTo } = query;
    const key = `${workflowId} ${incarnation} ${after} ${limit} ${upTo}`;
    return await this.#pages.join(key, signal, (shared) =>
      this.#readPage(workflowId, query, shared),
    );
  }

  /** Stops all pending reads and closes the cache. */
  close(): void {
    this.#records.stop();
    this.#pages.stop();
    this.#cache.close();
  }

  async #readPage(
    workflowId: WorkflowId,
    query: PageQuery,
    signal: AbortSignal,
  ): Promise<HistoryPage | CursorMismatchReason> {
    const { incarnation, after, limit, upTo } = query;
    const read = (): Promise<Page> =>
      untilAborted(
        this.#log.readMerged(workflowId, { after, limit, upTo, maxBytes: PAGE_BYTES.stream }),
        signal,
      );
    try {
      const { entries, record } = await retryWhileUnavailable(read, {
        signal,
        random: this.#random,
      });
      // The next entry must exist as well.
      const reason = cursorMismatch(record, { incarnation, seq: after + 1 });
      if (reason !== null) return reason;
      const last = entries.at(-1)?.seq;
      if (last !== undefined) {
        const page = { entries, last };
        this.#cache.add(workflowId, query, page);
        return page;
      }
      throw missingEntries(workflowId, after, record.tail);
    } catch (error) {
      if (isEventLogError(error, 'trimmed')) return 'trimmed';
      throw error;
    }
  }
}

/** @throws EventLogError `unknown_workflow`. */
export async function getRecord(log: EventLog, workflowId: WorkflowId): Promise<WorkflowRecord> {
  const record = await log.get(workflowId);
  if (record !== null) return record;
  throw unknownWorkflow(workflowId);
}

/** Without this error a log with missing entries would be polled forever. */
export function missingEntries(workflowId: WorkflowId, after: number, tail: number): EventLogError {
  return new EventLogError(
    'corrupt',
    `The log of ${workflowId} counts ${tail} entries but gives none after ${after}. Check the store.`,
    { workflowId, tail },
  );
}
