import { type RefObject, useEffect } from 'react';

/** The height of the tape, in px. */
const TAPE_PX = 160;
/** The space below the tail, in px. */
const MARGIN_PX = 24;

interface FollowTailOptions {
  /** The height at the bottom of the window that is covered, in px. Default: the tape's. */
  readonly covered?: number;
  /**
   * Whether to follow even if the page was never scrolled, since all of it fitted. Default: false.
   */
  readonly fromTop?: boolean;
}

/**
 * Keeps the end of a growing element visible once the reader has scrolled to it, until the reader
 * scrolls up.
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
    let follows = (fromTop || before > 0) && isTailVisible(tail, covered);
    const onScroll = (): void => {
      const up = window.scrollY < before;
      before = window.scrollY;
      // A page that becomes shorter scrolls up by itself.
      follows = isTailVisible(tail, covered) && (!up || isAtEndOfPage());
    };
    const keepVisible = (): void => {
      const hidden = tail.getBoundingClientRect().bottom + MARGIN_PX + covered - window.innerHeight;
      if (follows && hidden > 0) window.scrollBy({ top: hidden, behavior: 'instant' });
    };
    const observer = new ResizeObserver(keepVisible);
    window.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(tail);
    return () => {
      window.removeEventListener('scroll', onScroll);
      observer.disconnect();
      // When the text ends, more may appear below it, such as sources.
      keepVisible();
    };
  }, [element, grows, covered, fromTop]);
}

function isTailVisible(tail: Element, covered: number): boolean {
  return tail.getBoundingClientRect().bottom <= window.innerHeight - covered + MARGIN_PX;
}

function isAtEndOfPage(): boolean {
  return window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 1;
}
