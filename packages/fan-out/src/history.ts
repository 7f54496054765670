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
  /** At least one; neighbouring tokens are merged. */
  readonly entries: readonly Entry[];
  /** Seq of the last entry. */
  readonly last: number;
}

export interface PageQuery {
  readonly incarnation: string;
  /** A seq that the log has entries after, as far as the reader knows. */
  readonly after: number;
  /** At most so many entries that the log has not stored merged. */
  readonly limit: number;
  /** Entries with no higher seq. */
  readonly upTo: number;
}

/**
 * The log as readers who are behind see it, page by page. Readers who want the same page at the
 * same time get one read of the log and one merged page; who comes later gets what is still kept,
 * once the log has said that it still has it. Waits while the log is unavailable.
 */
export class History {
  readonly #log: EventLog;
  readonly #random: () => number;
  readonly #records = new SharedTasks<WorkflowRecord>();
  readonly #pages = new SharedTasks<HistoryPage | CursorMismatchReason>();
  readonly #kept: PageCache;

  /** @param kept belongs to it from now on. */
  constructor(log: EventLog, kept: PageCache, random: () => number) {
    this.#log = log;
    this.#kept = kept;
    this.#random = random;
  }

  /**
   * Asks the log, before a reading begins, whether it still has the pages that are kept. @throws
   * EventLogError `unknown_workflow`.
   */
  async confirm(workflowId: WorkflowId, signal: AbortSignal): Promise<void> {
    if (this.#kept.has(workflowId)) await this.record(workflowId, signal);
  }

  /**
   * The record of a workflow, as of now or a moment ago. @throws EventLogError `unknown_workflow`.
   */
  record(workflowId: WorkflowId, signal: AbortSignal): Promise<WorkflowRecord> {
    return this.#records.join(workflowId, signal, (shared) => this.recordOfNow(workflowId, shared));
  }

  /**
   * The record of a workflow, asked for after this call. @throws EventLogError `unknown_workflow`.
   */
  async recordOfNow(workflowId: WorkflowId, signal: AbortSignal): Promise<WorkflowRecord> {
    const get = (): Promise<WorkflowRecord> =>
      untilAborted(getRecord(this.#log, workflowId), signal);
    try {
      const record = await retryWhileUnavailable(get, { signal, random: this.#random });
      this.#kept.confirm(record);
      return record;
    } catch (error) {
      if (isEventLogError(error, 'unknown_workflow')) this.#kept.forget(workflowId);
      throw error;
    }
  }

  /**
   * @returns the page after a seq, or why there is none.
   * @throws EventLogError `unknown_workflow`; `corrupt` when the log has entries after it and does
   *   not give them.
   */
  async page(
    workflowId: WorkflowId,
    query: PageQuery,
    signal: AbortSignal,
  ): Promise<HistoryPage | CursorMismatchReason> {
    if (this.#kept.find(workflowId, query) !== null) {
      if (!this.#kept.isConfirmed(workflowId)) await this.record(workflowId, signal);
      const kept = this.#kept.find(workflowId, query);
      if (kept !== null) return kept;
    }
    const { incarnation, after, limit, upTo } = query;
    const key = `${workflowId} ${incarnation} ${after} ${limit} ${upTo}`;
    return await this.#pages.join(key, signal, (shared) =>
      this.#readPage(workflowId, query, shared),
    );
  }

  /** Ends what is under way. */
  close(): void {
    this.#records.stop();
    this.#pages.stop();
    this.#kept.close();
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
      // The reader needs the next entry to be there, too.
      const reason = cursorMismatch(record, { incarnation, seq: after + 1 });
      if (reason !== null) return reason;
      const last = entries.at(-1)?.seq;
      if (last !== undefined) {
        const page = { entries, last };
        this.#kept.keep(workflowId, query, page);
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

/** A log that keeps its entries back would be asked for them for ever. */
export function missingEntries(workflowId: WorkflowId, after: number, tail: number): EventLogError {
  return new EventLogError(
    'corrupt',
    `The log of ${workflowId} counts ${tail} entries but gives none after ${after}. Check the store.`,
    { workflowId, tail },
  );
}
