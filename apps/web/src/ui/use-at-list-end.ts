import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type UIEvent, useLayoutEffect, useRef } from 'react';

/** What the region of a list calls. */
interface ListRegionEvents {
  readonly onScroll: (event: UIEvent<HTMLDivElement>) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void;
}

/**
 * Keeps a list of which only the rows in the window are there at its end, until its reader scrolls back, and again from when
 * they return to it. Home and End lead to its ends: the browser's own way there stops short when rows on it turn out to be
 * higher than was thought.
 * @param nearPx so near to it counts as the end.
 * @param enabled whether it is kept there. Default: true.
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
      // What is unfolded in a row may scroll by itself.
      const scrolls = target instanceof Element ? target.closest('[tabindex]') : null;
      if (scrolls !== currentTarget) return;
      event.preventDefault();
      if (key === 'Home') virtualizer.scrollToIndex(0, { align: 'start' });
      else virtualizer.scrollToIndex(count - 1, { align: 'end' });
    },
  };
}
