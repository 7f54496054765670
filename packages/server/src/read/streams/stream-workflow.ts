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
import type { FanOut, LiveTail } from '@runtape/fan-out';
import { ApiError } from '../../errors/api-error.ts';
import { getWorkflow } from '../../accounts/find-workflow.ts';
import { type FilteredChunk, TypeFilter } from './type-filter.ts';
import { makeReset, makeState } from '../snapshots/snapshot-messages.ts';
import type { SnapshotCache } from '../snapshots/snapshot-cache.ts';
import type { Observer } from '../../metrics/observer.ts';

/** What a transport writes next. */
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
  /** How everything is told of before the present. Counts only without a cursor. */
  readonly replay: Replay;
  /**
   * Only events of these types, and in any case the terminal one, `reset` and `workflow:state`.
   * Default: all.
   */
  readonly types?: ReadonlySet<string> | undefined;
  /**
   * Events in whose place comes a `workflow:state`; the stream goes on after that. Default: none.
   */
  readonly stateAt?: ((event: WorkflowEvent) => boolean) | undefined;
  readonly signal: AbortSignal;
  /** Counts what is read. Default: nobody does. */
  readonly observer?: Observer | undefined;
  /** Called whenever everything there is has been read, and it begins to wait. */
  readonly onWait?: (() => void) | undefined;
  /**
   * Called in place of waiting, with the tail whose `last` the reader has. Whoever returns true
   * reads on by the tail itself, and the stream returns. Default: the stream waits.
   */
  readonly goLive?: ((tail: LiveTail) => boolean) | undefined;
}

/**
 * A workflow from a cursor to its end: history, then live, each event once and in order. A cursor
 * that does not fit is answered with a reset, and the stream goes on after that. With `replay:
 * 'snapshot'` all history is one message. Returns only when the workflow has ended, or somebody has
 * gone live with it.
 * @throws an AbortError when the signal aborts, whatever was under way; EventLogError; ApiError
 *   `unavailable`.
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
 * Why a segment of reading is over: the workflow is, somebody reads on by the tail, or a snapshot
 * has to come before it goes on.
 */
type Segment = 'ended' | 'live' | Snapshot;

async function* readToEnd(options: StreamOptions): AsyncGenerator<StreamChunk, void> {
  let { after } = options;
  let next: Segment | null =
    after === null && options.replay === 'snapshot' ? await stateOf(options) : null;
  for (;;) {
    if (next === 'ended' || next === 'live') return;
    if (next !== null) {
      yield next;
      if (hasEnded(next.message.data.snapshot.status)) return;
      after = next.id;
    }
    next = yield* readSegment(options, after);
  }
}

async function* readSegment(
  options: StreamOptions,
  after: EventId | null,
): AsyncGenerator<StreamChunk, Segment> {
  const { log, fanOut, snapshots, observer, workflowId, signal, onWait, types, stateAt } = options;
  const filter = types === undefined ? null : new TypeFilter(types, after);
  const slice = new TimeSlice({ signal });
  let isLive = false;
  const goLive = options.goLive && ((tail: LiveTail) => (isLive = options.goLive?.(tail) ?? false));
  for await (const batch of fanOut.read(workflowId, { after, signal, onWait, goLive })) {
    if (batch.kind === 'mismatch') {
      observer?.cursorReset(batch.reason);
      const record = await getWorkflow(log, workflowId);
      return { kind: 'snapshot', ...(await makeReset(snapshots, record, batch.reason, signal)) };
    }
    observer?.eventsRead(workflowId, batch.entries);
    const at = stateAt === undefined ? -1 : batch.entries.findIndex(({ event }) => stateAt(event));
    const told = at === -1 ? batch : { ...batch, entries: batch.entries.slice(0, at) };
    if (filter !== null) {
      const selected = [...filter.select(told.entries)];
      yield* selected;
      // Where nothing was asked for, page follows page, and none waits until the reader has taken
      // it.
      const isNothing = selected.every(({ kind }) => kind === 'cursor');
      if (isNothing && slice.due) await slice.yield();
    } else if (told.entries.length > 0) yield told;
    if (at !== -1) return await stateOf(options);
    if (batch.entries.some(({ event }) => isTerminal(event))) return 'ended';
  }
  if (isLive) return 'live';
  // Nothing to read after the terminal event. Any other silent end must not look like the
  // workflow's.
  if (hasEnded((await getWorkflow(log, workflowId)).status)) return 'ended';
  throw new ApiError('unavailable', 'The stream was cut short. Connect again to go on.');
}

async function stateOf(options: StreamOptions): Promise<Snapshot> {
  const { log, snapshots, workflowId, signal } = options;
  const state = await makeState(snapshots, await getWorkflow(log, workflowId), signal);
  return { kind: 'snapshot', ...state };
}
