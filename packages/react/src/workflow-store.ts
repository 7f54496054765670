import type { RuntapeClient } from '@runtape/client';
import type { EventId, ResetReason, StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import type { StreamSource, StreamStore } from './stream-store.ts';

/** What is known of a workflow. */
export interface WorkflowState {
  readonly workflow: WorkflowSnapshot;
  readonly reset: StreamReset | null;
}

/** The stream could not go on where it was, and started anew from what the server has. */
export interface StreamReset {
  /** The cursor after which it went on. */
  readonly id: EventId;
  readonly reason: ResetReason;
}

export type WorkflowStore = StreamStore<WorkflowState, StreamEntry>;

/** One workflow, from its start to its end. */
export function workflowSource(
  client: RuntapeClient,
  workflowId: string,
): StreamSource<WorkflowState, StreamEntry> {
  return {
    initial: { workflow: initialState(workflowId), reset: null },
    open: ({ workflow: { cursor } }, opening) =>
      client.follow(workflowId, {
        ...opening,
        ...(cursor !== null && { after: cursor }),
        // All that is shown is the state: the events that made it would be a hundred thousand for
        // the same.
        replay: 'snapshot',
      }),
    reconnect: () => client.reconnect(),
    fold: ({ workflow, reset }, entry) => ({
      workflow: applyStreamEntry(workflow, entry),
      reset: resetIn(entry) ?? reset,
    }),
    // By the state and not by the event: a reset may bring the end in its snapshot.
    hasAll: ({ workflow }) => workflow.endedAt !== null,
  };
}

/** What a message says of a stream that started anew; `null` when it is no reset. */
export function resetIn({ id, message }: StreamEntry): StreamReset | null {
  return message.type === 'reset' ? { id, reason: message.data.reason } : null;
}

/** The reset has been seen. */
export function withoutReset<State extends { readonly reset: StreamReset | null }>(
  state: State,
): State {
  return state.reset === null ? state : { ...state, reset: null };
}
