import type { Entry, EventLog } from '@runtape/event-log';
import {
  type EventId,
  hasEnded,
  isTerminal,
  type Replay,
  type ResetMessage,
  type SnapshotMessage,
  type WorkflowId,
} from '@runtape/events';
import type { FanOut } from '@runtape/fan-out';
import { abortError } from './abort.ts';
import { ApiError } from './errors.ts';
import { findWorkflow } from './find-workflow.ts';
import { makeReset, makeState } from './snapshot.ts';
import type { SnapshotCache } from './snapshot-cache.ts';

/** What a transport writes next. Entries are shared between streams, so what is encoded from one can be kept for the others. */
export type StreamChunk =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
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
  readonly signal: AbortSignal;
}

/**
 * A workflow from a cursor to its end: history, then live, each event once and in order. A cursor that does not fit is
 * answered with a reset, and the stream goes on after that. With `replay: 'snapshot'` all history is one message. Returns only when the workflow has ended.
 * @throws an AbortError when the signal aborts, whatever was under way; EventLogError; ApiError `unavailable`.
 */
export async function* streamWorkflow(options: StreamOptions): AsyncGenerator<StreamChunk, void> {
  try {
    yield* readToEnd(options);
  } catch (error) {
    throw options.signal.aborted ? abortError(options.signal) : error;
  }
}

async function* readToEnd(options: StreamOptions): AsyncGenerator<StreamChunk, void> {
  const { log, fanOut, snapshots, workflowId, signal } = options;
  let { after } = options;
  if (after === null && options.replay === 'snapshot') {
    const state = await makeState(snapshots, await findWorkflow(log, workflowId), signal);
    yield { kind: 'snapshot', ...state };
    if (hasEnded(state.message.data.snapshot.status)) return;
    after = state.id;
  }
  for (;;) {
    let misfit: ResetMessage['data']['reason'] | null = null;
    let ended = false;
    for await (const batch of fanOut.read(workflowId, { after, signal })) {
      if (batch.kind === 'misfit') {
        misfit = batch.reason;
      } else {
        ended = batch.entries.some(({ event }) => isTerminal(event));
        yield batch;
      }
    }
    if (ended) return;
    const record = await findWorkflow(log, workflowId);
    if (misfit === null) {
      // Nothing to read after the terminal event. Any other silent end must not look like the workflow's.
      if (hasEnded(record.status)) return;
      throw new ApiError('unavailable', 'The stream was cut short. Connect again to go on.');
    }
    const reset = await makeReset(snapshots, record, misfit, signal);
    yield { kind: 'snapshot', ...reset };
    if (hasEnded(reset.message.data.snapshot.status)) return;
    after = reset.id;
  }
}
