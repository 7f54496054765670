import type { AnyRuntapeClient, ThreadEntry } from '@runtape/client';
import type { WorkflowSnapshot } from '@runtape/events';
import { initialState } from '@runtape/workflow-state';
import type { StoreDefinition, StreamStore } from './stream-store.ts';
import { resetIn, type StreamReset } from './workflow-store.ts';

/** The state of a thread's stream. */
export interface ThreadState {
  /** The workflows, in the order in which they started. */
  readonly workflows: readonly WorkflowSnapshot[];
  /** The position in the thread; it covers all workflows. */
  readonly cursor: string | null;
  readonly reset: StreamReset | null;
}

export type ThreadStore = StreamStore<ThreadState, ThreadEntry>;

const EMPTY: ThreadState = { workflows: [], cursor: null, reset: null };

/** Returns the stream of all workflows of a thread, including later ones. It has no end. */
export function threadDefinition(
  client: AnyRuntapeClient,
  threadId: string,
): StoreDefinition<ThreadState, ThreadEntry> {
  return {
    initial: EMPTY,
    open: ({ cursor }, options) =>
      client.followThread(threadId, { ...options, ...(cursor !== null && { after: cursor }) }),
    reconnect: () => client.reconnect(),
    fold: ({ workflows, reset }, entry) => ({
      workflows: foldThread(client, workflows, entry),
      cursor: entry.cursor,
      reset: resetIn(entry) ?? reset,
    }),
    isComplete: () => false,
  };
}

function foldThread(
  { reducer: { applyStreamEntry } }: AnyRuntapeClient,
  workflows: readonly WorkflowSnapshot[],
  entry: ThreadEntry,
): readonly WorkflowSnapshot[] {
  // The newest workflow is nearly always the running one.
  const index = workflows.findLastIndex(({ workflowId }) => workflowId === entry.workflowId);
  const known = workflows[index];
  if (known !== undefined) return workflows.with(index, applyStreamEntry(known, entry));
  const newcomer = applyStreamEntry(initialState(entry.workflowId), entry);
  // Several workflows that have already ended are read concurrently, so the first one to arrive
  // need not be the first one that started.
  const started = startTime(newcomer);
  const at = workflows.findLastIndex((other) => startTime(other) <= started) + 1;
  return workflows.toSpliced(at, 0, newcomer);
}

/**
 * Returns the start time as sortable text. A workflow that was cancelled before a worker took it
 * never started.
 */
function startTime({ startedAt, updatedAt }: WorkflowSnapshot): string {
  return startedAt ?? updatedAt ?? '';
}
