import type { KeyboardEvent } from 'react';
import type { TapeStore } from './tape-store.ts';

const LEAP = 10;
/** Of all events, for Page Up and Page Down. */
const PAGE = 0.1;

/** What the keys do while the tape has the focus. @returns true when it was one of them. */
export function pressOnTape(
  store: TapeStore,
  { key, shiftKey, altKey, ctrlKey, metaKey }: Omit<KeyboardEvent, 'nativeEvent'>,
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
