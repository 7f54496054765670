import { useSyncExternalStore } from 'react';

/** Whether the tab is the one a person looks at. */
export function usePageVisible(): boolean {
  return useSyncExternalStore(subscribe, isVisible);
}

function subscribe(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}
