import { TimeSlice } from '@runtape/async';
import {
  cursorMismatch,
  EventLogError,
  type EventLog,
  PAGE_BYTES,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId, WorkflowSnapshot } from '@runtape/events';
import { initialState, type WorkflowReducer } from '@runtape/workflow-state';
import { ApiError } from '../../errors/api-error.ts';
import { MAX_ANSWER_CHARS } from '../../limits/answer-budget.ts';

const PAGE_SIZE = 500;

/** The state of a workflow, folded from its log up to an entry. */
export interface Fold {
  readonly incarnation: string;
  /**
   * Seq of the last folded entry. If there is none, one before the first entry that can be read.
   */
  readonly seq: number;
  readonly snapshot: WorkflowSnapshot;
}

export interface FoldLogOptions extends Pick<WorkflowReducer, 'reduce'> {
  readonly scale: SnapshotScale;
  readonly signal: AbortSignal;
  /** The last entry to fold, by its seq. Default: the last of the log. */
  readonly upTo?: number | undefined;
}

/** Makes the fold of a workflow without any of its events. */
export function foldOfNothing(record: WorkflowRecord): Fold {
  const { workflowId, workflow, incarnation, first, summary } = record;
  const { title, target, url } = summary;
  return {
    incarnation,
    seq: first - 1,
    snapshot: { ...initialState(workflowId), workflow, title, target, url: url ?? null },
  };
}

/**
 * Folds the entries after a fold, from the merged history. Reads page by page (small pages where
 * entries are large), so that a long history is never in memory as a whole, and yields to the event
 * loop between slices.
 * @param reduce folds an entry.
 * @param scale measures the snapshot after each page.
 * @throws EventLogError; ApiError `snapshot_too_large` above 8 million characters; ApiError
 *   `unavailable` when the log is no longer the one that was folded; the next attempt starts from
 *   the beginning; an AbortError when the signal aborts.
 */
export async function foldLog(
  log: EventLog,
  workflowId: WorkflowId,
  begun: Fold,
  { reduce, scale, signal, upTo }: FoldLogOptions,
): Promise<Fold> {
  const { incarnation } = begun;
  let { seq, snapshot } = begun;
  const slice = new TimeSlice({ signal });
  for (;;) {
    signal.throwIfAborted();
    if (slice.due) await slice.yield();
    const range = { after: seq, upTo, limit: PAGE_SIZE, maxBytes: PAGE_BYTES.answer };
    const { entries, record } = await log.readMerged(workflowId, range);
    if (cursorMismatch(record, { incarnation, seq }) !== null) throw logReplaced();
    const end = upTo ?? record.tail;
    if (entries.length === 0 && end > seq) throw missingEntries(workflowId, seq);
    for (const entry of entries) {
      if (slice.due) await slice.yield();
      snapshot = reduce(snapshot, entry);
    }
    if (scale.weigh(snapshot) > MAX_ANSWER_CHARS) throw tooLarge();
    seq = entries.at(-1)?.seq ?? seq;
    if (seq >= end) return { incarnation, seq, snapshot };
  }
}

function tooLarge(): ApiError {
  return new ApiError(
    'snapshot_too_large',
    'This workflow has said more than fits into one snapshot. Read its events from the first instead.',
  );
}

export function logReplaced(): ApiError {
  return new ApiError('unavailable', 'The log was made anew while it was read. Try again.');
}

function missingEntries(workflowId: WorkflowId, seq: number): EventLogError {
  return new EventLogError(
    'corrupt',
    `The log of ${workflowId} does not give the entries after ${seq} that it counts. Check the store.`,
    { workflowId },
  );
}

/** The estimated overhead of each item, in characters. */
const ENVELOPE = 100;

/**
 * Estimates the length of a snapshot as JSON, in characters. Objects that a fold leaves unchanged
 * are measured only once.
 */
export class SnapshotScale {
  readonly #known = new WeakMap<object, number>();

  weigh(snapshot: WorkflowSnapshot): number {
    const { parts, tools, agents, logs, statuses, steps, result, custom, state, fold } = snapshot;
    let chars = ENVELOPE + this.#weighItem(result);
    for (const item of [custom, state, fold.custom]) chars += this.#weighItem(item);
    if (fold.state !== null) chars += this.#weighStateFold(fold.state);
    // A text grows with each token; its length needs no serialization.
    for (const { text } of parts) chars += ENVELOPE + text.length;
    for (const items of [tools, agents, logs, statuses, steps]) {
      for (const item of items) chars += this.#weighItem(item);
    }
    return chars;
  }

  #weighStateFold({ kept, step, waiting }: NonNullable<WorkflowSnapshot['fold']['state']>): number {
    let chars = this.#weighItem(kept.value) + this.#weighItem(step?.state.value);
    for (const one of waiting) chars += ENVELOPE + one.chars;
    return chars;
  }

  #weighItem(item: unknown): number {
    if (typeof item !== 'object' || item === null) return JSON.stringify(item ?? null).length;
    const known = this.#known.get(item);
    if (known !== undefined) return known;
    const chars = JSON.stringify(item).length;
    this.#known.set(item, chars);
    return chars;
  }
}
