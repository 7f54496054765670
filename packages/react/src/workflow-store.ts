import type { AnyRuntapeClient } from '@runtape/client';
import type { EventId, ResetReason, StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { initialState } from '@runtape/workflow-state';
import type { StoreDefinition, StreamStore } from './stream-store.ts';

/** The state of a workflow's stream. */
export interface WorkflowState {
  readonly workflow: WorkflowSnapshot;
  readonly reset: StreamReset | null;
}

/**
 * A reset: the stream was unable to continue where it was, and restarted from the server's state.
 */
export interface StreamReset {
  /** The cursor after which the stream continues. */
  readonly id: EventId;
  readonly reason: ResetReason;
}

export type WorkflowStore = StreamStore<WorkflowState, StreamEntry>;

/** Returns the stream of one workflow, from its start to its end. */
export function workflowDefinition(
  client: AnyRuntapeClient,
  workflowId: string,
): StoreDefinition<WorkflowState, StreamEntry> {
  return {
    initial: { workflow: initialState(workflowId), reset: null },
    open: ({ workflow: { cursor } }, options) =>
      client.follow(workflowId, {
        ...options,
        ...(cursor !== null && { after: cursor }),
        // Only the state is shown, and its history may have a hundred thousand events.
        replay: 'snapshot',
      }),
    reconnect: () => client.reconnect(),
    fold: ({ workflow, reset }, entry) => ({
      workflow: client.reducer.applyStreamEntry(workflow, entry),
      reset: resetIn(entry) ?? reset,
    }),
    // Reads the state, not the event: the snapshot of a reset may already include the end.
    isComplete: ({ workflow }) => workflow.endedAt !== null,
  };
}

/** Returns the reset that a message announces; `null` if it is not a reset. */
export function resetIn({ id, message }: StreamEntry): StreamReset | null {
  return message.type === 'reset' ? { id, reason: message.data.reason } : null;
}

/** Removes a reset that the user has dismissed. */
export function withoutReset<State extends { readonly reset: StreamReset | null }>(
  state: State,
): State {
  return state.reset === null ? state : { ...state, reset: null };
}
