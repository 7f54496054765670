import { cursorMismatch, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { HistoryPage, PageQuery } from './history.ts';
import { estimateBytes } from './ring-buffer.ts';

/** Pages that nobody has asked for are dropped after this long, or up to twice as long, in ms. */
const UNUSED_MS = 60_000;
/**
 * For how long a look at the log counts, in ms: then it is asked again whether it still has what is
 * kept.
 */
const CONFIRMED_MS = 1_000;
/** A page of fewer entries of the log is read again as fast as it is found here. */
const LEAST_ENTRIES = 128;
/**
 * An entry as text, and as the bytes that two kinds of streams send, each with and without their
 * framing.
 */
const COPIES = 6;

/** The pages of one workflow, by the seq that they follow. */
interface KeptHistory {
  readonly incarnation: string;
  readonly pages: Map<number, HistoryPage>;
  bytes: number;
  confirmedAt: number;
  usedAt: number;
}

/**
 * Pages of history that were read, for the readers who come after. What a page says never changes,
 * but the log may lose it, with its workflow or with its incarnation: nothing is given that the log
 * did not still have a moment ago. Those used longest ago go first.
 */
export class PageCache {
  readonly #maxBytes: number;
  /** The one used longest ago first. */
  readonly #kept = new Map<WorkflowId, KeptHistory>();
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param maxBytes what all pages may take together, estimated, with what is encoded from them.
   */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What it takes, estimated. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is anything of this workflow. */
  has(workflowId: WorkflowId): boolean {
    return this.#kept.has(workflowId);
  }

  /** Whether the log was asked a moment ago if it still has what is kept of this workflow. */
  isConfirmed(workflowId: WorkflowId): boolean {
    const confirmedAt = this.#kept.get(workflowId)?.confirmedAt;
    return confirmedAt !== undefined && performance.now() - confirmedAt < CONFIRMED_MS;
  }

  /** The page that a query asks for, if it is kept. */
  find(workflowId: WorkflowId, { incarnation, after, upTo }: PageQuery): HistoryPage | null {
    const kept = this.#kept.get(workflowId);
    const page = kept?.pages.get(after);
    if (kept?.incarnation !== incarnation || page === undefined || page.last > upTo) return null;
    kept.usedAt = performance.now();
    this.#kept.delete(workflowId);
    this.#kept.set(workflowId, kept);
    return page;
  }

  /** Keeps a page that was just read, if it is worth it. */
  keep(workflowId: WorkflowId, { incarnation, after }: PageQuery, page: HistoryPage): void {
    if (page.last - after < LEAST_ENTRIES) return;
    const before = this.#kept.get(workflowId);
    if (before !== undefined && before.incarnation !== incarnation) this.forget(workflowId);
    const now = performance.now();
    const none = { incarnation, pages: new Map(), bytes: 0, confirmedAt: now, usedAt: now };
    const kept = this.#kept.get(workflowId) ?? none;
    const bytes = weigh(page);
    // One long history must not drive out all others, and then itself.
    if (kept.pages.has(after) || kept.bytes + bytes > this.#maxBytes / 2) return;
    kept.pages.set(after, page);
    kept.bytes += bytes;
    kept.usedAt = now;
    this.#bytes += bytes;
    this.#kept.delete(workflowId);
    this.#kept.set(workflowId, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.forget(oldest);
    }
    this.#timer ??= this.#dropLater();
  }

  /** Drops what a log no longer has. @param record as the log has it now. */
  confirm(record: WorkflowRecord): void {
    const { workflowId } = record;
    const kept = this.#kept.get(workflowId);
    if (kept === undefined) return;
    const { incarnation, pages } = kept;
    const ends = [0, ...[...pages.values()].map(({ last }) => last)];
    if (ends.some((seq) => cursorMismatch(record, { incarnation, seq }) !== null)) {
      this.forget(workflowId);
      return;
    }
    kept.confirmedAt = performance.now();
  }

  /** Drops everything of a workflow. */
  forget(workflowId: WorkflowId): void {
    this.#bytes -= this.#kept.get(workflowId)?.bytes ?? 0;
    this.#kept.delete(workflowId);
    if (this.#kept.size === 0) this.#stopTimer();
  }

  close(): void {
    for (const workflowId of this.#kept.keys()) this.forget(workflowId);
  }

  #dropLater(): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => this.#dropUnused(), UNUSED_MS);
    // Nothing waits for it. In browsers and workerd a timer is a number.
    if (typeof timer === 'object' && 'unref' in timer) timer.unref();
    return timer;
  }

  #dropUnused(): void {
    this.#timer = undefined;
    const before = performance.now() - UNUSED_MS;
    for (const [workflowId, { usedAt }] of this.#kept) {
      if (usedAt <= before) this.forget(workflowId);
    }
    if (this.#kept.size > 0) this.#timer = this.#dropLater();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function weigh({ entries }: HistoryPage): number {
  return COPIES * entries.reduce((sum, entry) => sum + estimateBytes(entry), 0);
}
