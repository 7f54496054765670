import { type RefObject, useEffect, useLayoutEffect } from 'react';

/** How long an existing conversation may take to render, in ms. */
const MAX_RENDER_MS = 2000;
const USER_EVENTS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

/**
 * Scrolls to the end of a conversation when it is opened, and when a question is sent.
 * @param isRendered whether a part of it is rendered. The view stays at the end while the rest is
 *   rendered, until the reader scrolls or presses a key.
 * @param sendingKey the key of the question that is being sent; `null` for none.
 */
export function useScrollToEnd(
  element: RefObject<HTMLElement | null>,
  { isRendered, sendingKey }: { readonly isRendered: boolean; readonly sendingKey: string | null },
): void {
  useEffect(() => {
    const conversation = element.current;
    if (conversation === null || !isRendered) return undefined;
    const observer = new ResizeObserver(toEnd);
    const stop = (): void => {
      observer.disconnect();
      clearTimeout(timer);
      for (const event of USER_EVENTS) removeEventListener(event, stop);
    };
    const timer = setTimeout(stop, MAX_RENDER_MS);
    for (const event of USER_EVENTS) addEventListener(event, stop, { passive: true });
    observer.observe(conversation);
    return stop;
  }, [element, isRendered]);
  useLayoutEffect(() => {
    if (sendingKey !== null) toEnd();
  }, [sendingKey]);
}

function toEnd(): void {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
}
