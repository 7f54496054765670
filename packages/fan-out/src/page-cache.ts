import { cursorMismatch, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { HistoryPage, PageQuery } from './history.ts';
import { estimateBytes } from './ring-buffer.ts';

/** Unused pages are dropped after this time, or after up to twice as long, in ms. */
const UNUSED_MS = 60_000;
/** How long a confirmation that the log still has the cached pages is valid, in ms. */
const CONFIRMED_MS = 1_000;
/** Smaller pages are not worth caching: reading them again is as fast. */
const MIN_ENTRIES = 128;
/**
 * Estimated copies of each entry: its text, and the bytes that two kinds of streams send, with and
 * without framing.
 */
const COPIES = 6;

/** The pages of one workflow, by the seq they start after. */
interface CachedHistory {
  readonly incarnation: string;
  readonly pages: Map<number, HistoryPage>;
  bytes: number;
  confirmedAt: number;
  usedAt: number;
}

/**
 * Caches pages of history for later readers. The content of a page never changes, but the log may
 * lose it together with its workflow or incarnation. Callers therefore check `isConfirmed` before
 * they use a page. The least recently used workflows are evicted first.
 */
export class PageCache {
  readonly #maxBytes: number;
  /** The least recently used first. */
  readonly #histories = new Map<WorkflowId, CachedHistory>();
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param maxBytes the maximum estimated size of all pages, including what is encoded from them.
   */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The estimated size of all pages, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns whether any page of this workflow is cached. */
  has(workflowId: WorkflowId): boolean {
    return this.#histories.has(workflowId);
  }

  /**
   * Returns whether the log has recently confirmed that it still has the cached pages of this
   * workflow.
   */
  isConfirmed(workflowId: WorkflowId): boolean {
    const confirmedAt = this.#histories.get(workflowId)?.confirmedAt;
    return confirmedAt !== undefined && performance.now() - confirmedAt < CONFIRMED_MS;
  }

  /** Returns the cached page for a query, or `null`. */
  find(workflowId: WorkflowId, { incarnation, after, upTo }: PageQuery): HistoryPage | null {
    const history = this.#histories.get(workflowId);
    const page = history?.pages.get(after);
    if (history?.incarnation !== incarnation || page === undefined || page.last > upTo) return null;
    history.usedAt = performance.now();
    this.#histories.delete(workflowId);
    this.#histories.set(workflowId, history);
    return page;
  }

  /**
   * Caches a page that was just read, unless it is too small or its workflow takes too much space.
   */
  add(workflowId: WorkflowId, { incarnation, after }: PageQuery, page: HistoryPage): void {
    if (page.last - after < MIN_ENTRIES) return;
    const before = this.#histories.get(workflowId);
    if (before !== undefined && before.incarnation !== incarnation) this.forget(workflowId);
    const now = performance.now();
    const none = { incarnation, pages: new Map(), bytes: 0, confirmedAt: now, usedAt: now };
    const history = this.#histories.get(workflowId) ?? none;
    const bytes = estimatePageBytes(page);
    // One long history must not evict all others, and then its own pages.
    if (history.pages.has(after) || history.bytes + bytes > this.#maxBytes / 2) return;
    history.pages.set(after, page);
    history.bytes += bytes;
    history.usedAt = now;
    this.#bytes += bytes;
    this.#histories.delete(workflowId);
    this.#histories.set(workflowId, history);
    for (const oldest of this.#histories.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.forget(oldest);
    }
    this.#timer ??= this.#dropLater();
  }

  /**
   * Drops the pages of a workflow if its log has lost any of them.
   * @param record the current record.
   */
  confirm(record: WorkflowRecord): void {
    const { workflowId } = record;
    const history = this.#histories.get(workflowId);
    if (history === undefined) return;
    const { incarnation, pages } = history;
    const ends = [0, ...[...pages.values()].map(({ last }) => last)];
    if (ends.some((seq) => cursorMismatch(record, { incarnation, seq }) !== null)) {
      this.forget(workflowId);
      return;
    }
    history.confirmedAt = performance.now();
  }

  /** Drops all pages of a workflow. */
  forget(workflowId: WorkflowId): void {
    this.#bytes -= this.#histories.get(workflowId)?.bytes ?? 0;
    this.#histories.delete(workflowId);
    if (this.#histories.size === 0) this.#stopTimer();
  }

  close(): void {
    for (const workflowId of this.#histories.keys()) this.forget(workflowId);
  }

  #dropLater(): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => this.#dropUnused(), UNUSED_MS);
    // The timer must not keep the process alive. In browsers and workerd a timer is a number.
    if (typeof timer === 'object' && 'unref' in timer) timer.unref();
    return timer;
  }

  #dropUnused(): void {
    this.#timer = undefined;
    const before = performance.now() - UNUSED_MS;
    for (const [workflowId, { usedAt }] of this.#histories) {
      if (usedAt <= before) this.forget(workflowId);
    }
    if (this.#histories.size > 0) this.#timer = this.#dropLater();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function estimatePageBytes({ entries }: HistoryPage): number {
  return COPIES * entries.reduce((sum, entry) => sum + estimateBytes(entry), 0);
}
