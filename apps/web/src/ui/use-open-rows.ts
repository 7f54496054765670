import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

/**
 * Remembers which rows of a list are unfolded while they are out of the window, and unfolds them when they come back.
 * @param list its rows have their key as `data-key`, and at most one `details` each.
 */
export function useOpenRows(list: RefObject<HTMLElement | null>): void {
  const unfolded = useRef(new Set<string>());
  /** Those that a reader may have folded since they came. */
  const seen = useRef(new WeakSet<HTMLDetailsElement>());
  useEffect(() => {
    const element = list.current;
    const remember = ({ target }: Event): void => {
      const row = target instanceof HTMLDetailsElement ? rowOf(target) : null;
      if (!(target instanceof HTMLDetailsElement) || row === null) return;
      if (target.open) unfolded.current.add(row);
      else unfolded.current.delete(row);
    };
    // It does not bubble.
    element?.addEventListener('toggle', remember, { capture: true });
    return () => element?.removeEventListener('toggle', remember, { capture: true });
  }, [list]);
  // With every render: it brings rows, and what rows were waiting for.
  useLayoutEffect(() => {
    for (const details of list.current?.querySelectorAll('details') ?? []) {
      if (seen.current.has(details)) continue;
      seen.current.add(details);
      const row = rowOf(details);
      if (row !== null && unfolded.current.has(row)) details.open = true;
    }
  });
}

function rowOf(details: HTMLDetailsElement): string | null {
  return details.closest('li')?.dataset['key'] ?? null;
}
