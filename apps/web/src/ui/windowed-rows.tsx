import type { Virtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

/** The rendered rows of a windowed list. */
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
 * Expands rows again when they return to the window.
 * @param list its rows have `data-key`, and at most one `details` each.
 */
function useOpenRows(list: RefObject<HTMLElement | null>): void {
  const unfolded = useRef(new Set<string>());
  /** Elements that were restored already; the reader may have collapsed them since. */
  const seen = useRef(new WeakSet<HTMLDetailsElement>());
  useEffect(() => {
    const element = list.current;
    const remember = ({ target }: Event): void => {
      const row = target instanceof HTMLDetailsElement ? rowOf(target) : null;
      if (!(target instanceof HTMLDetailsElement) || row === null) return;
      if (target.open) unfolded.current.add(row);
      else unfolded.current.delete(row);
    };
    // The toggle event does not bubble.
    element?.addEventListener('toggle', remember, { capture: true });
    return () => element?.removeEventListener('toggle', remember, { capture: true });
  }, [list]);
  // After every render, which may bring rows or their content.
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
