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
  useOpenedRows(list);
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
 * Expands rows again when they become visible again.
 * @param list its rows have a `data-key`, and at most one `details` each.
 */
function useOpenedRows(list: RefObject<HTMLElement | null>): void {
  const opened = useRef(new Set<string>());
  /** Elements that were restored; the reader may have collapsed them again. */
  const restored = useRef(new WeakSet<HTMLDetailsElement>());
  useEffect(() => {
    const element = list.current;
    const remember = ({ target }: Event): void => {
      const row = target instanceof HTMLDetailsElement ? rowKey(target) : null;
      if (!(target instanceof HTMLDetailsElement) || row === null) return;
      if (target.open) opened.current.add(row);
      else opened.current.delete(row);
    };
    // The toggle event does not bubble.
    element?.addEventListener('toggle', remember, { capture: true });
    return () => element?.removeEventListener('toggle', remember, { capture: true });
  }, [list]);
  // After every render, since each may add rows or their content.
  useLayoutEffect(() => {
    for (const details of list.current?.querySelectorAll('details') ?? []) {
      if (restored.current.has(details)) continue;
      restored.current.add(details);
      const row = rowKey(details);
      if (row !== null && opened.current.has(row)) details.open = true;
    }
  });
}

function rowKey(details: HTMLDetailsElement): string | null {
  return details.closest('li')?.dataset['key'] ?? null;
}
