import { type RefObject, useEffect, useLayoutEffect } from 'react';

/** How long an existing conversation may take to render, in ms. */
const SETTLES_MS = 2000;
const MOVES = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

/**
 * Scrolls to the end of a conversation when it is opened, and when something is asked.
 * @param isThere part of it is rendered. What follows within moments belongs to it, until the
 *   reader does anything.
 * @param asking the key of the last question that was asked here.
 */
export function useScrollToEnd(
  element: RefObject<HTMLElement | null>,
  { isThere, asking }: { readonly isThere: boolean; readonly asking: string | null },
): void {
  useEffect(() => {
    const conversation = element.current;
    if (conversation === null || !isThere) return undefined;
    const observer = new ResizeObserver(toEnd);
    const stop = (): void => {
      observer.disconnect();
      clearTimeout(timer);
      for (const move of MOVES) removeEventListener(move, stop);
    };
    const timer = setTimeout(stop, SETTLES_MS);
    for (const move of MOVES) addEventListener(move, stop, { passive: true });
    observer.observe(conversation);
    return stop;
  }, [element, isThere]);
  useLayoutEffect(() => {
    if (asking !== null) toEnd();
  }, [asking]);
}

function toEnd(): void {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
}
