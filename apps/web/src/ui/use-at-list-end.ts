import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type UIEvent, useLayoutEffect, useRef } from 'react';

/** The event handlers of a list's scroll region. */
interface ListRegionEvents {
  readonly onScroll: (event: UIEvent<HTMLDivElement>) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void;
}

/**
 * Keeps a windowed list at its end until the reader scrolls back. Home and End go to its ends: the
 * browser's own keys stop short when rows are higher than estimated.
 * @param nearPx the distance that counts as the end.
 * @param enabled whether it stays at the end. Default: true.
 */
export function useAtListEnd(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  { count, nearPx, enabled = true }: { count: number; nearPx: number; enabled?: boolean },
): ListRegionEvents {
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (enabled && isAtEnd.current && count > 0) {
      virtualizer.scrollToIndex(count - 1, { align: 'end' });
    }
  }, [virtualizer, count, enabled]);
  return {
    onScroll: ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
      isAtEnd.current = scrollTop + clientHeight >= scrollHeight - nearPx;
    },
    onKeyDown: (event) => {
      const { key, altKey, ctrlKey, metaKey, shiftKey, target, currentTarget } = event;
      if ((key !== 'End' && key !== 'Home') || altKey || ctrlKey || metaKey || shiftKey) return;
      // An expanded row may contain a scroll region of its own.
      const scrolls = target instanceof Element ? target.closest('[tabindex]') : null;
      if (scrolls !== currentTarget) return;
      event.preventDefault();
      if (key === 'Home') virtualizer.scrollToIndex(0, { align: 'start' });
      else virtualizer.scrollToIndex(count - 1, { align: 'end' });
    },
  };
}
