import type { ReactNode } from 'react';
import type { Series } from './series.ts';
import type { Point } from './chart-data.ts';
import { formatDayAndTime } from '../format/time.ts';

/** The values at the pointer, or at the point that was selected with the arrow keys. */
export function ChartTooltip(props: {
  readonly series: readonly Series[];
  /** Set by the chart. */
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: Point }[];
}): ReactNode {
  const point = props.active === true ? props.payload?.[0]?.payload : undefined;
  // Rendered even when empty, since a screen reader announces only changes.
  if (point === undefined) return <output />;
  return (
    <output className="block rounded-md border bg-popover px-3 py-2 text-sm tabular-nums shadow-lg">
      <p className="text-muted-foreground">{formatDayAndTime(point.at)}</p>
      {props.series.map(({ key, name, color, format }) => {
        const value = point[key];
        return (
          <p key={key} className="flex items-center gap-2">
            <span aria-hidden className="size-2 rounded-full" style={{ background: color }} />
            {name}
            <span className="ml-auto pl-4 font-medium">{value === null ? '–' : format(value)}</span>
          </p>
        );
      })}
    </output>
  );
}
