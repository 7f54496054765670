import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import { ScrollRegion } from './scroll-region.tsx';
import { useAtListEnd } from './use-at-list-end.ts';
import { WindowedRows } from './windowed-rows.tsx';

/** So many rows cost the browser little, and its own search finds what is in them. */
export const MOST_WHOLE = 200;
/** Rows beyond the window, so that slow scrolling shows no gap. */
const OVERSCAN = 10;

interface LongListProps<Row> {
  readonly rows: readonly Row[];
  readonly label: string;
  readonly keyOf: (row: Row) => string;
  /** About how high a row is, in px. */
  readonly rowPx: number;
  /** A long one begins at its end, and stays there while it grows. Default: false. */
  readonly startsAtEnd?: boolean;
  readonly className?: string;
  readonly rowClassName?: string;
  readonly children: (row: Row) => ReactNode;
}

/** A list that scrolls by itself. Of a long one only the rows in the window are there. */
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
