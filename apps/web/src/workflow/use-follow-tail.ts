import { type RefObject, useEffect } from 'react';

/** What the tape covers of the window at most, in px. */
const TAPE_PX = 160;
/** So much of the page stays below the tail, in px. */
const ROOM = 24;

interface FollowTailOptions {
  /** What lies over the bottom of the window, in px. Default: what the tape covers. */
  readonly covered?: number;
  /** Also when the page was never scrolled, because all of it was in the window. Default: false. */
  readonly fromTop?: boolean;
}

/**
 * Keeps the end of a growing element in the window while the reader is there: from when they have scrolled to it until they
 * scroll up. Otherwise the page does not move.
 */
export function useFollowTail(
  element: RefObject<HTMLElement | null>,
  grows: boolean,
  { covered = TAPE_PX, fromTop = false }: FollowTailOptions = {},
): void {
  useEffect(() => {
    const tail = element.current;
    if (tail === null || !grows) return undefined;
    let before = window.scrollY;
    let follows = (fromTop || before > 0) && isTailInWindow(tail, covered);
    const onScroll = (): void => {
      const up = window.scrollY < before;
      before = window.scrollY;
      // A page that becomes shorter scrolls up by itself, to its end.
      follows = isTailInWindow(tail, covered) && (!up || isAtEndOfPage());
    };
    const keep = (): void => {
      const hidden = tail.getBoundingClientRect().bottom + ROOM + covered - window.innerHeight;
      if (follows && hidden > 0) window.scrollBy({ top: hidden, behavior: 'instant' });
    };
    const observer = new ResizeObserver(keep);
    window.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(tail);
    return () => {
      window.removeEventListener('scroll', onScroll);
      observer.disconnect();
      // What came with the end of it, such as its sources.
      keep();
    };
  }, [element, grows, covered, fromTop]);
}

function isTailInWindow(tail: Element, covered: number): boolean {
  return tail.getBoundingClientRect().bottom <= window.innerHeight - covered + ROOM;
}

function isAtEndOfPage(): boolean {
  return window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 1;
}
