import { EventLogError, type EventLog, type WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId, WorkflowSnapshot } from '@runtape/events';
import { PAGE_BYTES } from '@runtape/fan-out';
import { initialState, reduce } from '@runtape/workflow-state';
import { ApiError } from './errors.ts';

const PAGE_SIZE = 500;

/** What a log folds to, up to an entry. */
export interface Fold {
  readonly incarnation: string;
  /** Number of the last entry in it; one before the first that can be read when there is none in it. */
  readonly seq: number;
  readonly snapshot: WorkflowSnapshot;
}

/** What is known of a workflow beside its events. */
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
 * Folds what a log has after a fold. Reads page by page, small ones where entries are large, so that no long history is held
 * at once.
 * @throws EventLogError; ApiError `unavailable` when the log is no longer the one that was folded, so that the next try
 * begins anew; an AbortError when the signal aborts.
 */
export async function foldLog(
  log: EventLog,
  workflowId: WorkflowId,
  begun: Fold,
  signal: AbortSignal,
): Promise<Fold> {
  const { incarnation } = begun;
  let { seq, snapshot } = begun;
  for (;;) {
    signal.throwIfAborted();
    const range = { after: seq, limit: PAGE_SIZE, maxBytes: PAGE_BYTES };
    const { entries, record } = await log.read(workflowId, range);
    if (record.incarnation !== incarnation || record.tail < seq) throw madeAnew();
    if (entries.length === 0 && record.tail > seq) throw keptBack(workflowId, seq);
    snapshot = entries.reduce(reduce, snapshot);
    seq = entries.at(-1)?.seq ?? seq;
    if (seq >= record.tail) return { incarnation, seq, snapshot };
  }
}

function madeAnew(): ApiError {
  return new ApiError('unavailable', 'The log was made anew while it was read. Try again.');
}

function keptBack(workflowId: WorkflowId, seq: number): EventLogError {
  return new EventLogError(
    'corrupt',
    `The log of ${workflowId} does not give the entries after ${seq} that it counts. Check the store.`,
    { workflowId },
  );
}
