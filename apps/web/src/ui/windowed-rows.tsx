import type { Virtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import { useOpenRows } from './use-open-rows.ts';

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
