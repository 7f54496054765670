import { type RefObject, useEffect } from 'react';

/** The height of the tape, in px. */
const TAPE_PX = 160;
/** The space below the tail, in px. */
const ROOM = 24;

interface FollowTailOptions {
  /** The height at the bottom of the window that is covered, in px. Default: the tape's. */
  readonly covered?: number;
  /** Follow even if the page was never scrolled, since all of it fitted. Default: false. */
  readonly fromTop?: boolean;
}

/**
 * Keeps the end of a growing element in the window once the reader has scrolled to it, until they
 * scroll up.
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
      // A page that becomes shorter scrolls up by itself.
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
      // The end may bring more, such as sources.
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
