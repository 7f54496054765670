import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import { ScrollRegion } from './scroll-region.tsx';
import { useAtListEnd } from './use-at-list-end.ts';
import { WindowedRows } from './windowed-rows.tsx';

/** Up to this many rows are all rendered, so that the browser's own search finds them. */
export const MOST_WHOLE = 200;
/** Rows beyond the window, so that slow scrolling shows no gap. */
const OVERSCAN = 10;

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

/** A scrolling list. Of a long one only the rows in the window are rendered. */
export function LongList<Row>(props: LongListProps<Row>): ReactNode {
  const { rows, label, keyOf, className = '', rowClassName, children } = props;
  if (rows.length > MOST_WHOLE) return <Windowed {...props} />;
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
  const region = useRef<HTMLDivElement>(null);
  const keyAt = (index: number): string => {
    const row = rows[index];
    return row === undefined ? `${index}` : keyOf(row);
  };
  // oxlint-disable-next-line react/incompatible-library -- Its functions change with what they return; nothing here is memoised by them.
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => region.current,
    estimateSize: () => rowPx,
    getItemKey: keyAt,
    overscan: OVERSCAN,
  });
  const count = rows.length;
  const regionEvents = useAtListEnd(virtualizer, { count, nearPx: rowPx, enabled: startsAtEnd });
  return (
    <ScrollRegion
      ref={region}
      label={label}
      className={`h-[32rem] [overflow-anchor:none] ${className}`}
      {...regionEvents}
    >
      <WindowedRows virtualizer={virtualizer} count={rows.length} rowClassName={rowClassName}>
        {(index) => {
          const row = rows[index];
          return row === undefined ? null : children(row);
        }}
      </WindowedRows>
    </ScrollRegion>
  );
}
