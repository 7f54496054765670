import { type ReactNode, useId } from 'react';
import {
  Bar,
  BarChart,
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { ChartProps, Series } from './series.ts';
import { ChartTooltip } from './chart-tooltip.tsx';
import { formatTime } from '../format/time.ts';

const HEIGHT = 220;
/** Charts with more points draw them smaller. */
const MAX_LARGE_POINTS = 24;
const TICK = { fill: 'var(--muted-foreground)', fontSize: 12 };

/** Bars or lines over time. */
export function TimeChart(props: ChartProps): ReactNode {
  const { title, kind, series, points, max } = props;
  const hatch = `hatch${useId().replaceAll(/\W/g, '')}`;
  const Chart = kind === 'bars' ? BarChart : LineChart;
  return (
    <div className="mt-3" style={{ height: HEIGHT }}>
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <Chart
          data={[...points]}
          margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
          barCategoryGap={1}
          title={title}
          desc="The arrow keys read its values one by one. The table below lists all of them."
          accessibilityLayer
        >
          <defs>
            {series
              .filter(({ pattern }) => pattern === true)
              .map((each) => (
                <Hatch key={each.key} id={`${hatch}${each.key}`} color={each.color} />
              ))}
          </defs>
          <CartesianGrid vertical={false} stroke="var(--border)" />
          <XAxis
            dataKey="at"
            tickFormatter={formatTime}
            tick={TICK}
            stroke="var(--border)"
            minTickGap={40}
          />
          <YAxis
            width={48}
            tick={TICK}
            stroke="var(--border)"
            allowDecimals={false}
            domain={[0, max ?? 'auto']}
            tickFormatter={formatTick(series)}
          />
          <Tooltip
            content={<ChartTooltip series={series} />}
            cursor={{ fill: 'var(--muted)', stroke: 'var(--border)' }}
            isAnimationActive={false}
            // Includes empty points; otherwise the arrow keys would seem to do nothing there.
            filterNull={false}
          />
          {series.map((each) =>
            kind === 'bars' ? (
              <Bar
                key={each.key}
                dataKey={each.key}
                name={each.name}
                stackId="all"
                fill={each.pattern === true ? `url(#${hatch}${each.key})` : each.color}
                maxBarSize={24}
                isAnimationActive={false}
              />
            ) : (
              <Line
                key={each.key}
                dataKey={each.key}
                name={each.name}
                stroke={each.color}
                strokeWidth={2}
                dot={{
                  r: points.length > MAX_LARGE_POINTS ? 2.5 : 4,
                  fill: each.color,
                  strokeWidth: 0,
                }}
                connectNulls
                isAnimationActive={false}
              />
            ),
          )}
        </Chart>
      </ResponsiveContainer>
    </div>
  );
}

function Hatch({ id, color }: { readonly id: string; readonly color: string }): ReactNode {
  return (
    <pattern
      id={id}
      width="4"
      height="4"
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <rect width="2" height="4" fill={color} />
    </pattern>
  );
}

function formatTick([first]: readonly Series[]): (value: number) => string {
  return (value) => first?.format(value) ?? String(value);
}
