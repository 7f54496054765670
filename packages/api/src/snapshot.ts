import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import type { EventId, ResetMessage, WorkflowSnapshot } from '@runtape/events';
import { initialState, reduce } from '@runtape/workflow-state';
import { tailOf } from './cursor.ts';

const PAGE_SIZE = 500;

/**
 * Folds a workflow's log into what a person sees of it. Reads page by page, so that no long history is held at once.
 * @throws EventLogError; an AbortError when the signal aborts.
 */
export async function foldSnapshot(
  log: EventLog,
  record: WorkflowRecord,
  signal: AbortSignal,
): Promise<WorkflowSnapshot> {
  const { workflowId } = record;
  let state = stateBeforeEvents(record);
  for (let after = record.first - 1; ;) {
    signal.throwIfAborted();
    const { entries, record: now } = await log.read(workflowId, { after, limit: PAGE_SIZE });
    state = entries.reduce(reduce, state);
    const last = entries.at(-1);
    if (last === undefined || last.seq >= now.tail) return state;
    after = last.seq;
  }
}

/** The answer to a cursor that does not fit the log. */
export async function makeReset(
  log: EventLog,
  record: WorkflowRecord,
  reason: ResetMessage['data']['reason'],
  signal: AbortSignal,
): Promise<{ id: EventId; message: ResetMessage }> {
  const snapshot = await foldSnapshot(log, record, signal);
  const cursor = snapshot.cursor ?? tailOf({ ...record, tail: 0 });
  const timestamp = snapshot.updatedAt ?? new Date(record.createdAt).toISOString();
  return {
    id: cursor,
    message: { type: 'reset', data: { reason, snapshot, cursor }, timestamp },
  };
}

/** What is known of a workflow that nobody has taken up yet. */
function stateBeforeEvents({ workflowId, workflow, summary }: WorkflowRecord): WorkflowSnapshot {
  const { title, target, url } = summary;
  return { ...initialState(workflowId), workflow, title, target, url: url ?? null };
}
