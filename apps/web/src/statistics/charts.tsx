import type { ReactNode } from 'react';
import { formatDuration } from '../format/duration.ts';
import { formatAverage, formatCount, formatPercent } from '../format/numbers.ts';
import { busyPoints, type Point } from './chart-data.ts';
import { ChartCard } from './chart-card.tsx';
import type { Series } from './series.ts';

const streams: readonly Series[] = [
  { key: 'completed', name: 'Completed', color: 'var(--good)', format: formatCount },
  { key: 'left', name: 'Disconnected', color: 'var(--lane-1)', format: formatCount },
  { key: 'failed', name: 'Failed', color: 'var(--bad)', pattern: true, format: formatCount },
];
const success: readonly Series[] = [
  { key: 'success', name: 'Success', color: 'var(--good)', format: formatPercent },
];
const duration: readonly Series[] = [
  {
    key: 'seconds',
    name: 'Average duration',
    color: 'var(--accent)',
    format: (seconds) => formatDuration(seconds * 1000),
  },
];
const events: readonly Series[] = [
  { key: 'events', name: 'Events per stream', color: 'var(--lane-3)', format: formatAverage },
];

export function Charts({ points }: { readonly points: readonly Point[] }): ReactNode {
  const busy = busyPoints(points);
  const shared = { points, busy };
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <ChartCard {...shared} kind="bars" title="Streams that ended" series={streams} />
      <ChartCard {...shared} kind="line" title="Success rate" series={success} max={100} />
      <ChartCard {...shared} kind="line" title="Stream duration" series={duration} />
      <ChartCard {...shared} kind="line" title="Events per stream" series={events} />
    </div>
  );
}
