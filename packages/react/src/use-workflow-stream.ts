import type { ConnectionState, RuntapeClientError } from '@runtape/client';
import type { AgentState, LogLine, StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { useMemo } from 'react';
import { useRuntapeContext } from './runtape-provider.tsx';
import { useStreamStore } from './use-stream-store.ts';
import { type StreamReset, withoutReset } from './workflow-store.ts';

export interface WorkflowStreamOptions {
  /** Follow it; false leaves what was seen in place, and needs no connection. Default: true. */
  readonly enabled?: boolean;
  /**
   * Called for each event that arrives while the component is mounted, once and in order. What was
   * there before comes as one `workflow:state`.
   */
  readonly onEvent?: ((entry: StreamEntry) => void) | undefined;
  /** Called when the stream is over for good and the workflow has not ended. */
  readonly onError?: ((error: RuntapeClientError) => void) | undefined;
  /**
   * Called once with the final state when the workflow completes while the component is mounted.
   */
  readonly onCompleted?: ((workflow: WorkflowSnapshot) => void) | undefined;
  /** Called once with the final state when the workflow fails while the component is mounted. */
  readonly onFailed?: ((workflow: WorkflowSnapshot) => void) | undefined;
}

export interface WorkflowStream {
  readonly workflow: WorkflowSnapshot;
  readonly agents: readonly AgentState[];
  /** The last 200. */
  readonly logs: readonly LogLine[];
  readonly connection: ConnectionState;
  /** Events arrive as they happen. */
  readonly isConnected: boolean;
  /** The workflow runs and its events arrive. */
  readonly isStreaming: boolean;
  /** Why the stream is over for good; `null` while it is not, and when the workflow ended. */
  readonly error: RuntapeClientError | null;
  /**
   * Set when the stream could not go on where it was and started anew, until `dismissReset`; for a
   * person to know.
   */
  readonly reset: StreamReset | null;
  readonly dismissReset: () => void;
  /** Connects again at once, also after it had given up. */
  readonly reconnect: () => void;
}

/**
 * Follows a workflow: its state now, kept up to date with at most one render a frame. Components
 * that follow the same workflow share one connection; it ends with the last of them, and the next
 * one continues where it was.
 * @param workflowId one that is malformed or unknown shows as an `error` of kind `refused`.
 */
export function useWorkflowStream(
  workflowId: string,
  { enabled = true, onEvent, onError, onCompleted, onFailed }: WorkflowStreamOptions = {},
): WorkflowStream {
  const { workflows } = useRuntapeContext();
  const store = useMemo(() => workflows.get(workflowId), [workflows, workflowId]);
  const { state, connection, error } = useStreamStore(store, enabled, {
    ...(onEvent && { entry: onEvent }),
    ended: ({ workflow: ended }) => {
      if (ended.status === 'completed') onCompleted?.(ended);
      if (ended.status === 'failed') onFailed?.(ended);
    },
    ...(onError && { failed: onError }),
  });
  const dismissReset = useMemo(() => () => store.update(withoutReset), [store]);
  const { workflow, reset } = state;
  const isConnected = enabled && connection.state === 'live';
  return {
    workflow,
    agents: workflow.agents,
    logs: workflow.logs,
    connection,
    isConnected,
    isStreaming: isConnected && workflow.endedAt === null,
    error,
    reset,
    dismissReset,
    reconnect: store.reconnect,
  };
}
