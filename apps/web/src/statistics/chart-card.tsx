import { type ReactNode, useId } from 'react';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { formatDayAndTime } from '../format/time.ts';
import { Summary } from '../ui/summary.tsx';
import type { ChartProps, Series } from './series.ts';
import { TimeChart } from './time-chart.tsx';

/** A chart with its table. */
export function ChartCard(props: ChartProps): ReactNode {
  const { title, busy, series } = props;
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className="min-w-0 rounded-xl border bg-card p-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h2 id={titleId} className="font-semibold">
          {title}
        </h2>
        {series.length > 1 && <Legend series={series} />}
      </div>
      <TimeChart {...props} />
      <details className="mt-2 text-sm">
        <Summary>Show as a table</Summary>
        <ScrollRegion label={`${title}, as a table`} className="mt-2 max-h-64 rounded-md border">
          <table className="w-full text-left tabular-nums">
            <caption className="sr-only">{title} in steps of five minutes, newest first</caption>
            <thead className="sticky top-0 bg-muted">
              <tr>
                <th scope="col" className="px-3 py-1.5 font-medium">
                  From
                </th>
                {series.map(({ key, name }) => (
                  <th key={key} scope="col" className="px-3 py-1.5 text-right font-medium">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y">
              {busy.toReversed().map((point) => (
                <tr key={point.at}>
                  <th scope="row" className="px-3 py-1.5 font-normal whitespace-nowrap">
                    {formatDayAndTime(point.at)}
                  </th>
                  {series.map(({ key, format }) => (
                    <td key={key} className="px-3 py-1.5 text-right">
                      {formatValue(point[key], format)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </details>
    </section>
  );
}

function formatValue(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value);
}

function Legend({ series }: { readonly series: readonly Series[] }): ReactNode {
  return (
    <ul className="flex flex-wrap gap-x-4 text-xs text-muted-foreground">
      {series.map(({ key, name, color, pattern }) => (
        <li key={key} className="flex items-center gap-1.5">
          <span
            aria-hidden
            className="size-2.5 rounded-xs"
            style={{
              background:
                pattern === true
                  ? `repeating-linear-gradient(45deg, ${color} 0 2px, transparent 2px 4px)`
                  : color,
              outline: `1px solid ${color}`,
            }}
          />
          {name}
        </li>
      ))}
    </ul>
  );
}
