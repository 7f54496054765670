import type { ReactNode } from 'react';
import { ScrollRegion } from './scroll-region.tsx';
import { useWindowedList } from './use-windowed-list.ts';
import { WindowedRows } from './windowed-rows.tsx';

/** Shorter lists render all rows, so that the browser's own search finds them. */
export const MAX_RENDERED_ROWS = 200;

interface LongListProps<Row> {
  readonly rows: readonly Row[];
  readonly label: string;
  readonly keyOf: (row: Row) => string;
  /** The estimated height of a row, in px. */
  readonly rowPx: number;
  /** A long list starts at its end and stays there while it grows. Default: false. */
  readonly startsAtEnd?: boolean;
  readonly className?: string;
  readonly rowClassName?: string;
  readonly children: (row: Row) => ReactNode;
}

/** A scrolling list. A long one renders only the visible rows. */
export function LongList<Row>(props: LongListProps<Row>): ReactNode {
  const { rows, label, keyOf, className = '', rowClassName, children } = props;
  if (rows.length > MAX_RENDERED_ROWS) return <Windowed {...props} />;
  return (
    <ScrollRegion label={label} className={`max-h-[32rem] ${className}`}>
      <ol>
        {rows.map((row) => (
          <li key={keyOf(row)} className={rowClassName}>
            {children(row)}
          </li>
        ))}
      </ol>
    </ScrollRegion>
  );
}

function Windowed<Row>(props: LongListProps<Row>): ReactNode {
  const { rows, label, keyOf, rowPx, startsAtEnd = false, children } = props;
  const { className = '', rowClassName = '' } = props;
  const count = rows.length;
  const keyAt = (index: number): string => {
    const row = rows[index];
    return row === undefined ? `${index}` : keyOf(row);
  };
  const list = useWindowedList({ count, rowPx, keyAt, staysAtEnd: startsAtEnd });
  return (
    <ScrollRegion
      label={label}
      className={`h-[32rem] [overflow-anchor:none] ${className}`}
      {...list.regionProps}
    >
      <WindowedRows virtualizer={list.virtualizer} count={count} rowClassName={rowClassName}>
        {(index) => {
          const row = rows[index];
          return row === undefined ? null : children(row);
        }}
      </WindowedRows>
    </ScrollRegion>
  );
}
