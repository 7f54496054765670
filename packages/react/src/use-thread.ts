'use client';

import type { ConnectionState, RuntapeClientError, ThreadEntry } from '@runtape/client';
import type { WorkflowSnapshot } from '@runtape/events';
import { useMemo } from 'react';
import { useRuntapeContext } from './runtape-provider.tsx';
import { useStreamStore } from './use-stream-store.ts';
import { type StreamReset, withoutReset } from './workflow-store.ts';

export interface ThreadOptions {
  /**
   * Whether to follow the thread; with false, the last state stays without a connection. Default:
   * true.
   */
  readonly enabled?: boolean | undefined;
  /**
   * Called for each event of each workflow that arrives while the component is mounted, once and in
   * order.
   */
  readonly onEvent?: ((entry: ThreadEntry) => void) | undefined;
  /** Called when the stream has failed permanently. */
  readonly onError?: ((error: RuntapeClientError) => void) | undefined;
}

export interface Thread {
  /**
   * All workflows with at least one event, in the order in which they started. A workflow that
   * waits for a worker is not included yet.
   */
  readonly workflows: readonly WorkflowSnapshot[];
  readonly connection: ConnectionState;
  /** The permanent failure of the stream; `null` without one. */
  readonly error: RuntapeClientError | null;
  /**
   * Set when the stream of a workflow was unable to continue where it was and restarted, until
   * `dismissReset`.
   */
  readonly reset: StreamReset | null;
  readonly dismissReset: () => void;
  /** Reconnects immediately, even if the stream has failed. */
  readonly reconnect: () => void;
}

/**
 * Follows all workflows of a thread, including later ones, and returns the current state of each,
 * with at most one render a frame. Components that follow the same thread share one connection. It
 * closes with the last of them, and the next one continues where it was. A thread has no end, and
 * need not exist yet.
 * @param threadId a malformed id, or that of another user's thread, results in an `error` of kind
 *   `refused`.
 */
export function useThread(
  threadId: string,
  { enabled = true, onEvent, onError }: ThreadOptions = {},
): Thread {
  const { threads } = useRuntapeContext();
  const store = useMemo(() => threads.get(threadId), [threads, threadId]);
  const { state, connection, error } = useStreamStore(store, enabled, {
    ...(onEvent && { entry: onEvent }),
    ...(onError && { failed: onError }),
  });
  const dismissReset = useMemo(() => () => store.update(withoutReset), [store]);
  const { workflows, reset } = state;
  return { workflows, connection, error, reset, dismissReset, reconnect: store.reconnect };
}
