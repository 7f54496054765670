import type { ConnectionState, RuntapeClientError, ThreadEntry } from '@runtape/client';
import type { WorkflowSnapshot } from '@runtape/events';
import { useMemo } from 'react';
import { useRuntapeContext } from './runtape-provider.tsx';
import { useStreamStore } from './use-stream-store.ts';
import { type StreamReset, withoutReset } from './workflow-store.ts';

export interface ThreadOptions {
  /** Follow it; false leaves what was seen in place, and needs no connection. Default: true. */
  readonly enabled?: boolean | undefined;
  /**
   * Called for each event of each workflow that arrives while the component is mounted, once and in
   * order.
   */
  readonly onEvent?: ((entry: ThreadEntry) => void) | undefined;
  /** Called when the stream is over for good. */
  readonly onError?: ((error: RuntapeClientError) => void) | undefined;
}

export interface Thread {
  /**
   * All of its workflows of which something has come, in the order in which they began; one that
   * waits for a worker is not among them yet.
   */
  readonly workflows: readonly WorkflowSnapshot[];
  readonly connection: ConnectionState;
  /** Why the stream is over for good; `null` while it is not. */
  readonly error: RuntapeClientError | null;
  /**
   * Set when one of the workflows could not go on where it was and started anew, until
   * `dismissReset`.
   */
  readonly reset: StreamReset | null;
  readonly dismissReset: () => void;
  /** Connects again at once, also after it had given up. */
  readonly reconnect: () => void;
}

/**
 * Follows all workflows of a thread, those to come included: the state of each, kept up to date
 * with at most one render a frame. Components that follow the same thread share one connection; it
 * ends with the last of them, and the next one continues where it was. A thread has no end, and
 * need not have begun.
 * @param threadId one that is malformed, or another user's, shows as an `error` of kind `refused`.
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
