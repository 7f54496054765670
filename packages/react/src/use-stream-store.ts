'use client';

import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import type { StreamListener, StreamStore, StreamView } from './stream-store.ts';

/**
 * Returns the view of a store, and follows its stream while the component is mounted.
 * @param enabled whether to follow the stream; the last view stays if not.
 * @param handlers the handlers of the latest render are called.
 */
export function useStreamStore<State, Entry>(
  store: StreamStore<State, Entry>,
  enabled: boolean,
  handlers: Partial<StreamListener<State, Entry>>,
): StreamView<State> {
  const latest = useRef(handlers);
  useLayoutEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    return store.follow({
      entry: (entry) => latest.current.entry?.(entry),
      ended: (state) => latest.current.ended?.(state),
      failed: (error) => latest.current.failed?.(error),
    });
  }, [store, enabled]);
  return useSyncExternalStore(store.subscribe, store.getView, store.getView);
}
