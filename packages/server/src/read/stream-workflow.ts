import { abortError, TimeSlice } from '@runtape/async';
import type { EventLog } from '@runtape/event-log';
import {
  type EventId,
  hasEnded,
  isTerminal,
  type Replay,
  type SnapshotMessage,
  type WorkflowEvent,
  type WorkflowId,
} from '@runtape/events';
import type { CaughtUp, FanOut, LiveTail } from '@runtape/fan-out';
import { ApiError } from '../errors/api-error.ts';
import { getWorkflow } from '../accounts/find-workflow.ts';
import { type FilteredChunk, TypeFilter } from './type-filter.ts';
import { makeReset, makeState } from './snapshots/snapshot-messages.ts';
import type { SnapshotCache } from './snapshots/snapshot-cache.ts';
import type { Observer } from '../metrics/observer.ts';

/** The next data that a transport writes. */
export type StreamChunk =
  | FilteredChunk
  | { readonly kind: 'snapshot'; readonly id: EventId; readonly message: SnapshotMessage };

export interface StreamOptions {
  readonly log: EventLog;
  readonly fanOut: FanOut;
  readonly snapshots: SnapshotCache;
  readonly workflowId: WorkflowId;
  /** Stream what comes after this entry; `null` streams everything. */
  readonly after: EventId | null;
  /** How the past is sent. Used only without a cursor. */
  readonly replay: Replay;
  /**
   * Only events of these types, and in any case the terminal one, `reset` and `workflow:state`.
   * Default: all.
   */
  readonly types?: ReadonlySet<string> | undefined;
  /**
   * Events that are replaced by a `workflow:state`; the stream continues after that. Default: none.
   */
  readonly replaceWithState?: ((event: WorkflowEvent) => boolean) | undefined;
  readonly signal: AbortSignal;
  /** Counts the events that are read. Default: none. */
  readonly observer?: Observer | undefined;
  /** Called whenever all entries have been read and the stream starts to wait. */
  readonly onWait?: (() => void) | undefined;
  /**
   * Called before each wait, when the reader has everything up to `tail.last`. With `take_over`
   * this stream ends, and the caller continues from `tail` directly and calls `tail.leave()` when
   * done. Default: `keep_reading`.
   */
  readonly onCaughtUp?: ((tail: LiveTail) => CaughtUp) | undefined;
}

/**
 * Streams a workflow from a cursor to its end: first history, then live, each event once and in
 * order. A cursor that does not fit causes a `reset`, and the stream continues after it. With
 * `replay: 'snapshot'` all history is one message. Returns only when the workflow has ended or
 * `onCaughtUp` has returned `take_over`.
 * @throws an AbortError when the signal aborts, whatever the stream was doing; EventLogError;
 *   ApiError `unavailable`.
 */
export async function* streamWorkflow(options: StreamOptions): AsyncGenerator<StreamChunk, void> {
  try {
    yield* readToEnd(options);
  } catch (error) {
    throw options.signal.aborted ? abortError(options.signal) : error;
  }
}

type Snapshot = Extract<StreamChunk, { kind: 'snapshot' }>;
/**
 * How a read has ended: the workflow has ended, `onCaughtUp` has taken over, or a snapshot must be
 * sent before the read continues.
 */
type ReadOutcome = 'ended' | 'live' | Snapshot;

async function* readToEnd(options: StreamOptions): AsyncGenerator<StreamChunk, void> {
  let { after } = options;
  let next: ReadOutcome | null =
    after === null && options.replay === 'snapshot' ? await stateOf(options) : null;
  for (;;) {
    if (next === 'ended' || next === 'live') return;
    if (next !== null) {
      yield next;
      if (hasEnded(next.message.data.snapshot.status)) return;
      after = next.id;
    }
    next = yield* readOn(options, after);
  }
}

async function* readOn(
  options: StreamOptions,
  after: EventId | null,
): AsyncGenerator<StreamChunk, ReadOutcome> {
  const { log, fanOut, snapshots, observer, workflowId, signal, onWait, types, replaceWithState } =
    options;
  const filter = types === undefined ? null : new TypeFilter(types, after);
  const slice = new TimeSlice({ signal });
  let isLive = false;
  const onCaughtUp = (tail: LiveTail): CaughtUp => {
    const decision = options.onCaughtUp?.(tail) ?? 'keep_reading';
    isLive = decision === 'take_over';
    return decision;
  };
  for await (const batch of fanOut.read(workflowId, { after, signal, onWait, onCaughtUp })) {
    if (batch.kind === 'mismatch') {
      observer?.cursorReset(batch.reason);
      const record = await getWorkflow(log, workflowId);
      return { kind: 'snapshot', ...(await makeReset(snapshots, record, batch.reason, signal)) };
    }
    observer?.eventsRead(workflowId, batch.entries);
    const at =
      replaceWithState === undefined
        ? -1
        : batch.entries.findIndex(({ event }) => replaceWithState(event));
    const kept = at === -1 ? batch : { ...batch, entries: batch.entries.slice(0, at) };
    if (filter !== null) {
      const selected = [...filter.select(kept.entries)];
      yield* selected;
      // If no event passes the filter, pages follow each other without waiting for the reader.
      const isNothing = selected.every(({ kind }) => kind === 'cursor');
      if (isNothing && slice.due) await slice.yield();
    } else if (kept.entries.length > 0) yield kept;
    if (at !== -1) return await stateOf(options);
    if (batch.entries.some(({ event }) => isTerminal(event))) return 'ended';
  }
  if (isLive) return 'live';
  // Nothing follows the terminal event. Any other silent end must not look like the end of the
  // workflow.
  if (hasEnded((await getWorkflow(log, workflowId)).status)) return 'ended';
  throw new ApiError('unavailable', 'The stream was cut short. Connect again to go on.');
}

async function stateOf(options: StreamOptions): Promise<Snapshot> {
  const { log, snapshots, workflowId, signal } = options;
  const state = await makeState(snapshots, await getWorkflow(log, workflowId), signal);
  return { kind: 'snapshot', ...state };
}
