import type { KeyboardEvent } from 'react';
import type { TapeStore } from './tape-store.ts';

const LEAP = 10;
/** Of all events, for Page Up and Page Down. */
const PAGE = 0.1;

/** Of the keys of the tape those that also work while nothing has the focus. The others scroll the page. */
const KEYS_ANYWHERE = new Set([' ', 'Home', 'End', 'l', 'L', 'ArrowLeft', 'ArrowRight']);

/**
 * Lets keys reach the tape while nothing has the focus; whoever types, or is at a control or in a dialog, is left alone.
 * @returns what ends it.
 */
export function pressAnywhere(store: TapeStore): () => void {
  const press = (event: globalThis.KeyboardEvent): void => {
    const { target, key, defaultPrevented, repeat } = event;
    const isOnNothing = target === document.body || target === document.documentElement;
    if (!isOnNothing || defaultPrevented || !KEYS_ANYWHERE.has(key)) return;
    if (document.querySelector('dialog[open], [role=dialog]') !== null) return;
    if (store.getView().history.length === 0) return;
    // A Space that is held down would start and stop it all the time.
    if (key === ' ' && repeat) event.preventDefault();
    else if (pressOnTape(store, event)) event.preventDefault();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

/** What the keys do while the tape has the focus. @returns true when it was one of them. */
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
