import type { ReactNode } from 'react';
import { formatDuration } from '../format/duration.ts';
import { formatAverage, formatCount, formatPercent } from '../format/numbers.ts';
import type { Report } from './chart-data.ts';

/** Totals since the server started. */
export function Tiles({ report }: { readonly report: Report }): ReactNode {
  const { open, opened, completed, left, failed } = report;
  const { successRate, averageDurationMs, averageEvents, workflows } = report;
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
      <Tile
        name="Workflows"
        value={formatCount(workflows.started)}
        note={`${formatCount(workflows.completed)} completed, ${formatCount(workflows.failed)} failed, ${formatCount(workflows.cancelled)} cancelled`}
      />
      <Tile name="Open now" value={formatCount(open)} />
      <Tile
        name="Opened"
        value={formatCount(opened)}
        note={`${formatCount(completed)} completed, ${formatCount(left)} disconnected, ${formatCount(failed)} failed`}
      />
      <Tile
        name="Success"
        value={successRate === null ? '–' : formatPercent(successRate * 100)}
        note="of the streams did not fail"
      />
      <Tile
        name="Duration"
        value={averageDurationMs === null ? '–' : formatDuration(averageDurationMs)}
        note="on average"
      />
      <Tile
        name="Events"
        value={averageEvents === null ? '–' : formatAverage(averageEvents)}
        note="per stream, on average"
      />
    </dl>
  );
}

function Tile(props: {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}): ReactNode {
  return (
    <div className="rounded-xl border bg-card p-4">
      <dt className="text-sm text-muted-foreground">{props.name}</dt>
      <dd className="mt-1 text-lg font-semibold tabular-nums">{props.value}</dd>
      {props.note !== undefined && (
        <dd className="mt-0.5 text-xs text-muted-foreground tabular-nums">{props.note}</dd>
      )}
    </div>
  );
}
