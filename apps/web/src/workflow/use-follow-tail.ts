import { type RefObject, useEffect } from 'react';

/** What the tape covers of the window at most, in px. */
const TAPE = 144;
/** So much of the page stays below the tail, in px. */
const ROOM = 24;

/**
 * Keeps the end of a growing element in the window while the reader is there: from when they have scrolled to it until they
 * scroll up. Otherwise the page does not move.
 */
export function useFollowTail(element: RefObject<HTMLElement | null>, grows: boolean): void {
  useEffect(() => {
    const tail = element.current;
    if (tail === null || !grows) return undefined;
    let before = window.scrollY;
    let follows = before > 0 && isTailInWindow(tail);
    const onScroll = (): void => {
      const up = window.scrollY < before;
      before = window.scrollY;
      // A page that becomes shorter scrolls up by itself, to its end.
      follows = isTailInWindow(tail) && (!up || isAtEndOfPage());
    };
    const observer = new ResizeObserver(() => {
      const hidden = tail.getBoundingClientRect().bottom + ROOM + TAPE - window.innerHeight;
      if (follows && hidden > 0) window.scrollBy({ top: hidden, behavior: 'instant' });
    });
    window.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(tail);
    return () => {
      window.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [element, grows]);
}

function isTailInWindow(tail: Element): boolean {
  return tail.getBoundingClientRect().bottom <= window.innerHeight - TAPE + ROOM;
}

function isAtEndOfPage(): boolean {
  return window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 1;
}
