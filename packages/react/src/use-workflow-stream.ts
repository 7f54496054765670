'use client';

import type { ConnectionState, RuntapeClientError } from '@runtape/client';
import type { AgentState, LogLine, StreamEntry, WorkflowSnapshot } from '@runtape/events';
import { useMemo } from 'react';
import { useRuntapeContext } from './runtape-provider.tsx';
import { useStreamStore } from './use-stream-store.ts';
import { type StreamReset, withoutReset } from './workflow-store.ts';

export interface WorkflowStreamOptions {
  /**
   * Whether to follow the workflow; with false, the last state stays without a connection. Default:
   * true.
   */
  readonly enabled?: boolean;
  /**
   * Called for each event that arrives while the component is mounted, once and in order. Earlier
   * events arrive as one `workflow:state`.
   */
  readonly onEvent?: ((entry: StreamEntry) => void) | undefined;
  /** Called when the stream has failed permanently before the workflow ended. */
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
  /** The last 200 log lines. */
  readonly logs: readonly LogLine[];
  readonly connection: ConnectionState;
  /** Whether events arrive as they happen. */
  readonly isConnected: boolean;
  /** Whether the workflow has not ended and its events arrive. */
  readonly isStreaming: boolean;
  /** The permanent failure of the stream; `null` without one, and when the workflow has ended. */
  readonly error: RuntapeClientError | null;
  /**
   * Set when the stream was unable to continue where it was and restarted, until `dismissReset`;
   * meant to be shown to the user.
   */
  readonly reset: StreamReset | null;
  readonly dismissReset: () => void;
  /** Reconnects immediately, even if the stream has failed. */
  readonly reconnect: () => void;
}

/**
 * Follows a workflow and returns its current state, with at most one render a frame. Components
 * that follow the same workflow share one connection. It closes with the last of them, and the next
 * one continues where it was.
 * @param workflowId a malformed or unknown id results in an `error` of kind `refused`.
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
