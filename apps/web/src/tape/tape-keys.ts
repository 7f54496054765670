import type { KeyboardEvent } from 'react';
import type { TapeStore } from './tape-store.ts';

const LEAP = 10;
/** The part of all events that Page Up and Page Down skip. */
const PAGE = 0.1;

/** Keys that also work while nothing has the focus. The others scroll the page. */
const KEYS_ANYWHERE = new Set([' ', 'Home', 'End', 'l', 'L', 'ArrowLeft', 'ArrowRight']);

/**
 * Handles keys while nothing has the focus.
 * @returns a function that ends it.
 */
export function pressAnywhere(store: TapeStore): () => void {
  const press = (event: globalThis.KeyboardEvent): void => {
    const { target, key, defaultPrevented, repeat } = event;
    const isOnNothing = target === document.body || target === document.documentElement;
    if (!isOnNothing || defaultPrevented || !KEYS_ANYWHERE.has(key)) return;
    if (document.querySelector('dialog[open], [role=dialog]') !== null) return;
    if (store.getView().history.length === 0) return;
    // A held Space would toggle all the time.
    if (key === ' ' && repeat) event.preventDefault();
    else if (pressOnTape(store, event)) event.preventDefault();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

/**
 * Handles a key of the tape.
 * @returns false for other keys.
 */
export function pressOnTape(
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
  const by = shiftKey ? LEAP : 1;
  const page = Math.max(LEAP, Math.round(store.getView().history.length * PAGE));
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
