import type { WorkflowListItem } from '@runtape/client';
import { hasEnded } from '@runtape/events';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { formatDuration } from '../format/duration.ts';
import { formatCost, formatCount } from '../format/money.ts';
import { formatAgo, formatMoment } from '../format/time.ts';
import { StatusBadge } from '../ui/status-badge.tsx';

/** One workflow in the list; the whole row leads to it. */
export function WorkflowRow(props: {
  readonly workflow: WorkflowListItem;
  readonly now: number;
}): ReactNode {
  const { workflow, now } = props;
  return (
    <li>
      <Link
        href={`/workflows/${workflow.workflowId}`}
        className="grid grid-cols-[7rem_1fr] items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-muted/60 sm:grid-cols-[7rem_1fr_auto]"
      >
        <StatusBadge status={workflow.status} />
        <span className="min-w-0">
          <span className="block truncate font-medium">{workflow.title}</span>
          <span className="block truncate text-sm text-muted-foreground">
            {workflow.target}
            {!hasEnded(workflow.status) && workflow.stage !== undefined && ` · ${workflow.stage}`}
          </span>
        </span>
        <span className="col-start-2 flex flex-wrap gap-x-4 text-sm text-muted-foreground sm:col-start-3 sm:justify-end">
          <Facts workflow={workflow} now={now} />
        </span>
      </Link>
    </li>
  );
}

function Facts({ workflow, now }: { workflow: WorkflowListItem; now: number }): ReactNode {
  const { createdAt, endedAt, usage, cost, watchers } = workflow;
  return (
    <>
      {watchers > 0 && <span>{watchers} watching</span>}
      {usage !== undefined && <span>{formatCount(usage.totalTokens)} tokens</span>}
      {usage !== undefined && cost !== undefined && <span>{formatCost(cost)}</span>}
      <span>{formatDuration((endedAt ?? now) - createdAt)}</span>
      <time dateTime={new Date(createdAt).toISOString()} title={formatMoment(createdAt)}>
        {formatAgo(createdAt, now)}
      </time>
    </>
  );
}
