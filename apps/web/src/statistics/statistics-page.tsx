import type { ReactNode } from 'react';
import { trpc } from '../connect.ts';
import { formatAgo, formatClock, formatMoment } from '../format/time.ts';
import { useNow } from '../format/use-now.ts';
import { pageUrl } from '../page-url.ts';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { chartPoints, type Report } from './chart-data.ts';
import { Charts } from './charts.tsx';
import { Tiles } from './tiles.tsx';

const REFRESH_MS = 5000;

export function StatisticsPage(): ReactNode {
  usePageTitle('Statistics');
  const query = trpc.statistics.useQuery(undefined, { refetchInterval: REFRESH_MS });
  return (
    <div className="space-y-6">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div>
          <h1 className="text-lg font-semibold">Statistics</h1>
          <p className="min-h-5 text-sm text-muted-foreground">
            {query.data !== undefined && <Since report={query.data} at={query.dataUpdatedAt} />}
          </p>
        </div>
        <p className="flex gap-4 text-sm">
          <a href={pageUrl('/metrics')} className={linkLook}>
            Metrics for Prometheus
          </a>
          <a href={pageUrl('/api/docs')} className={linkLook}>
            API documentation
          </a>
        </p>
      </div>
      {query.isError && (
        <Notice
          title={
            query.data === undefined
              ? 'The statistics could not be loaded'
              : 'These statistics are out of date'
          }
          action={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {query.error.message}
        </Notice>
      )}
      {query.isPending && <Loading />}
      {query.data !== undefined && <Shown report={query.data} at={query.dataUpdatedAt} />}
    </div>
  );
}

function Shown({ report, at }: { readonly report: Report; readonly at: number }): ReactNode {
  return (
    <>
      <Tiles report={report} />
      {report.opened === 0 ? (
        <p className="rounded-xl border border-dashed p-8 text-center text-muted-foreground">
          No stream has been opened yet. Open a workflow, and its stream appears here.
        </p>
      ) : (
        <Charts points={chartPoints(report, at)} />
      )}
    </>
  );
}

function Since({ report, at }: { readonly report: Report; readonly at: number }): ReactNode {
  const now = useNow(1000);
  return (
    <>
      Streams of this server since{' '}
      <time dateTime={new Date(report.since).toISOString()} title={formatAgo(report.since, now)}>
        {formatMoment(report.since)}
      </time>
      , as of {formatClock(at)}.
    </>
  );
}

function Loading(): ReactNode {
  return (
    <output aria-label="Loading the statistics" className="block space-y-4">
      <Skeleton className="h-24" />
      <div className="grid gap-4 lg:grid-cols-2">
        <Skeleton className="h-80" />
        <Skeleton className="h-80" />
      </div>
    </output>
  );
}

const linkLook = 'text-muted-foreground underline hover:text-foreground';
