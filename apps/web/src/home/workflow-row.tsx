import type { WorkflowListItem } from '@runtape/client';
import { hasEnded } from '@runtape/events';
import { Eye } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { formatDuration } from '../format/duration.ts';
import { formatCost, formatCount } from '../format/numbers.ts';
import { formatAgo, formatMoment } from '../format/time.ts';
import { preloadWorkflowPage } from '../pages.ts';
import { Sparkline } from '../ui/sparkline.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { findKind, kinds, workflowNoun } from './kinds.ts';

export function WorkflowRow(props: {
  readonly workflow: WorkflowListItem;
  readonly now: number;
}): ReactNode {
  const { workflow, now } = props;
  return (
    <li>
      <Link
        href={`/workflows/${workflow.workflowId}`}
        onPointerEnter={preloadWorkflowPage}
        onFocus={preloadWorkflowPage}
        className="relative grid items-center gap-x-4 gap-y-1 px-4 py-3 -outline-offset-2 hover:bg-muted/60 sm:grid-cols-[7rem_minmax(0,1fr)] lg:grid-cols-[7rem_minmax(0,1fr)_auto]"
      >
        <StatusBadge status={workflow.status} />
        <span className="min-w-0">
          <span className="block truncate font-medium">{workflow.title}</span>
          <Subtitle workflow={workflow} />
        </span>
        <span className="flex flex-wrap items-center gap-x-4 text-sm text-muted-foreground tabular-nums sm:col-start-2 lg:col-start-3 lg:text-right">
          <Facts workflow={workflow} now={now} />
        </span>
      </Link>
    </li>
  );
}

function Subtitle({ workflow }: { readonly workflow: WorkflowListItem }): ReactNode {
  const { target, status, stage, watchers } = workflow;
  const kind = findKind(workflow.workflow);
  const Icon = kind === null ? null : kinds[kind].icon;
  return (
    <span className="flex items-center gap-1.5 text-sm text-muted-foreground">
      {Icon !== null && <Icon className="size-3.5 shrink-0" aria-hidden />}
      <span className="truncate">
        {[workflowNoun(workflow.workflow), target].filter((text) => text !== '').join(' · ')}
        {!hasEnded(status) && stage !== undefined && ` · ${stage}`}
      </span>
      {watchers > 0 && (
        <span className="ml-1 inline-flex shrink-0 items-center gap-1">
          <Eye className="size-3.5" aria-hidden />
          {watchers} watching
        </span>
      )}
    </span>
  );
}

/** Columns on a wide screen, where an empty one keeps its width. */
function Facts({ workflow, now }: { workflow: WorkflowListItem; now: number }): ReactNode {
  const { createdAt, endedAt, usage, cost, activity } = workflow;
  return (
    <>
      <span className="empty:hidden lg:w-24 lg:empty:block">
        {activity !== undefined && <Sparkline activity={activity} />}
      </span>
      <span className="empty:hidden lg:w-28 lg:empty:block">
        {usage !== undefined && `${formatCount(usage.totalTokens)} tokens`}
      </span>
      <span className="empty:hidden lg:w-24 lg:empty:block">
        {usage !== undefined && formatCost(cost ?? null)}
      </span>
      <span className="lg:w-16">{formatDuration((endedAt ?? now) - createdAt)}</span>
      <time
        dateTime={new Date(createdAt).toISOString()}
        title={formatMoment(createdAt)}
        // On a phone it stands beside the status, not on its own line.
        className="max-sm:absolute max-sm:top-3 max-sm:right-4 lg:w-24"
      >
        {formatAgo(createdAt, now)}
      </time>
    </>
  );
}
