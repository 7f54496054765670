import type { Virtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

/** The rows of a list that are in the window; each tells which of all it is, and stays unfolded when it leaves and comes back. */
export function WindowedRows(props: {
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  readonly count: number;
  readonly rowClassName?: string;
  readonly children: (index: number) => ReactNode;
}): ReactNode {
  const { virtualizer, count, rowClassName = '', children } = props;
  const list = useRef<HTMLOListElement>(null);
  useOpenRows(list);
  return (
    <ol ref={list} className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ index, key, start }) => (
        <li
          key={key}
          ref={virtualizer.measureElement}
          data-index={index}
          data-key={key}
          aria-setsize={count}
          aria-posinset={index + 1}
          className={`absolute inset-x-0 top-0 ${rowClassName}`}
          style={{ transform: `translateY(${start}px)` }}
        >
          {children(index)}
        </li>
      ))}
    </ol>
  );
}

/**
 * Remembers which rows of a list are unfolded while they are out of the window, and unfolds them when they come back.
 * @param list its rows have their key as `data-key`, and at most one `details` each.
 */
function useOpenRows(list: RefObject<HTMLElement | null>): void {
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
