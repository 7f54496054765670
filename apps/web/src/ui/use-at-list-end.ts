import type { Virtualizer } from '@tanstack/react-virtual';
import { type UIEvent, useLayoutEffect, useRef } from 'react';

/**
 * Keeps a list of which only the rows in the window are there at its end, until its reader scrolls back, and again from when
 * they return to it.
 * @param nearPx so near to it counts as the end.
 * @returns what the list's region calls when it is scrolled.
 */
export function useAtListEnd(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  { count, nearPx, enabled = true }: { count: number; nearPx: number; enabled?: boolean },
): (event: UIEvent<HTMLDivElement>) => void {
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (enabled && isAtEnd.current && count > 0) {
      virtualizer.scrollToIndex(count - 1, { align: 'end' });
    }
  }, [virtualizer, count, enabled]);
  return ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
    isAtEnd.current = scrollTop + clientHeight >= scrollHeight - nearPx;
  };
}
