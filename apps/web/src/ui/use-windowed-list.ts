import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type UIEvent, useLayoutEffect, useRef } from 'react';

/** Rows rendered beyond the visible ones, so that slow scrolling shows no gap. */
const OVERSCAN = 10;

interface WindowedListOptions {
  readonly count: number;
  /** The estimated height of a row, in px. */
  readonly rowPx: number;
  /** Default: the index. */
  readonly keyAt?: (index: number) => string | number;
  /** Whether the list stays at its end until the reader scrolls back. */
  readonly staysAtEnd: boolean;
}

/**
 * A list that renders only the rows in its scroll region. Home and End go to its ends: the
 * browser's own keys stop short when rows are higher than estimated.
 */
export function useWindowedList({ count, rowPx, keyAt, staysAtEnd }: WindowedListOptions) {
  const region = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  // oxlint-disable-next-line react/incompatible-library -- Its functions change with what they return; nothing here is memoised by them.
  const virtualizer: Virtualizer<HTMLDivElement, Element> = useVirtualizer({
    count,
    getScrollElement: () => region.current,
    estimateSize: () => rowPx,
    ...(keyAt !== undefined && { getItemKey: keyAt }),
    overscan: OVERSCAN,
  });
  useLayoutEffect(() => {
    if (staysAtEnd && isAtEnd.current && count > 0) {
      virtualizer.scrollToIndex(count - 1, { align: 'end' });
    }
  }, [virtualizer, count, staysAtEnd]);
  return {
    virtualizer,
    /** The attributes of the scroll region. */
    regionProps: {
      ref: region,
      onScroll: ({ currentTarget }: UIEvent<HTMLDivElement>): void => {
        const { scrollTop, clientHeight, scrollHeight } = currentTarget;
        isAtEnd.current = scrollTop + clientHeight >= scrollHeight - rowPx;
      },
      onKeyDown: (event: KeyboardEvent<HTMLDivElement>): void => {
        const { key, altKey, ctrlKey, metaKey, shiftKey, target, currentTarget } = event;
        if ((key !== 'End' && key !== 'Home') || altKey || ctrlKey || metaKey || shiftKey) return;
        // An expanded row may contain a scroll region of its own.
        const scrolled = target instanceof Element ? target.closest('[tabindex]') : null;
        if (scrolled !== currentTarget) return;
        event.preventDefault();
        if (key === 'Home') virtualizer.scrollToIndex(0, { align: 'start' });
        else virtualizer.scrollToIndex(count - 1, { align: 'end' });
      },
    },
  };
}
