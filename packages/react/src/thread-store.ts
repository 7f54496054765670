import type { RuntapeClient, ThreadEntry } from '@runtape/client';
import type { WorkflowSnapshot } from '@runtape/events';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import type { StreamSource, StreamStore } from './stream-store.ts';
import { resetIn, type StreamReset } from './workflow-store.ts';

/** What is known of a thread. */
export interface ThreadState {
  /** In the order in which they began. */
  readonly workflows: readonly WorkflowSnapshot[];
  /** Covers all of them. */
  readonly cursor: string | null;
  readonly reset: StreamReset | null;
}

export type ThreadStore = StreamStore<ThreadState, ThreadEntry>;

const EMPTY: ThreadState = { workflows: [], cursor: null, reset: null };

/** All workflows of a thread, those to come included. It has no end. */
export function threadSource(
  client: RuntapeClient,
  threadId: string,
): StreamSource<ThreadState, ThreadEntry> {
  return {
    initial: EMPTY,
    open: ({ cursor }, opening) =>
      client.followThread(threadId, { ...opening, ...(cursor !== null && { after: cursor }) }),
    reconnect: () => client.reconnect(),
    fold: ({ workflows, reset }, entry) => ({
      workflows: foldThread(workflows, entry),
      cursor: entry.cursor,
      reset: resetIn(entry) ?? reset,
    }),
    hasAll: () => false,
  };
}

function foldThread(
  workflows: readonly WorkflowSnapshot[],
  entry: ThreadEntry,
): readonly WorkflowSnapshot[] {
  // The newest is nearly always the one that runs.
  const index = workflows.findLastIndex(({ workflowId }) => workflowId === entry.workflowId);
  const known = workflows[index];
  if (known !== undefined) return workflows.with(index, applyStreamEntry(known, entry));
  const newcomer = applyStreamEntry(initialState(entry.workflowId), entry);
  // Of those that had ended before, several are read at once: the one that comes first need not
  // have begun first.
  const begun = begunAt(newcomer);
  const place = workflows.findLastIndex((other) => begunAt(other) <= begun) + 1;
  return workflows.toSpliced(place, 0, newcomer);
}

/** As text that sorts. One that was cancelled before anybody took it up never started. */
function begunAt({ startedAt, updatedAt }: WorkflowSnapshot): string {
  return startedAt ?? updatedAt ?? '';
}
