import type { KeyboardEvent } from 'react';
import type { TapeStore } from './tape-store.ts';

const SHIFT_STEP = 10;
/** The fraction of all events that Page Up and Page Down skip. */
const PAGE_FRACTION = 0.1;

/** Keys that also work while nothing has the focus. The others scroll the page. */
const GLOBAL_KEYS = new Set([' ', 'Home', 'End', 'l', 'L', 'ArrowLeft', 'ArrowRight']);

/**
 * Handles keys while nothing has the focus.
 * @returns a function that removes the handler.
 */
export function handleGlobalKeys(store: TapeStore): () => void {
  const onKeyDown = (event: globalThis.KeyboardEvent): void => {
    const { target, key, defaultPrevented, repeat } = event;
    const hasNoFocus = target === document.body || target === document.documentElement;
    if (!hasNoFocus || defaultPrevented || !GLOBAL_KEYS.has(key)) return;
    if (document.querySelector('dialog[open], [role=dialog]') !== null) return;
    if (store.getView().history.length === 0) return;
    // Holding Space would toggle repeatedly.
    if (key === ' ' && repeat) event.preventDefault();
    else if (handleTapeKey(store, event)) event.preventDefault();
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

/**
 * Handles a key of the tape.
 * @returns false if the tape does not use the key.
 */
export function handleTapeKey(
  store: TapeStore,
  {
    key,
    shiftKey,
    altKey,
    ctrlKey,
    metaKey,
  }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>,
): boolean {
  if (altKey || ctrlKey || metaKey) return false;
  const by = shiftKey ? SHIFT_STEP : 1;
  const page = Math.max(SHIFT_STEP, Math.round(store.getView().history.length * PAGE_FRACTION));
  switch (key) {
    case ' ':
      store.togglePlay();
      return true;
    case 'ArrowLeft':
    case 'ArrowDown':
      store.step(-by);
      return true;
    case 'ArrowRight':
    case 'ArrowUp':
      store.step(by);
      return true;
    case 'PageDown':
      store.step(-page);
      return true;
    case 'PageUp':
      store.step(page);
      return true;
    case 'Home':
      store.toStart();
      return true;
    case 'End':
    case 'l':
    case 'L':
      store.toNow();
      return true;
    default:
      return false;
  }
}
