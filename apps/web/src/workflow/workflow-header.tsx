import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import type { WorkflowStream } from '@runtape/react';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc } from '../connect.ts';
import { formatDuration } from '../format/duration.ts';
import { formatCost, formatCount } from '../format/money.ts';
import { useNow } from '../format/use-now.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { CancelButton } from './cancel-button.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { CopyButton } from './copy-button.tsx';
import { PauseButton } from './pause-button.tsx';
import { ResumeButton } from './resume-button.tsx';
import { useTokenRate } from './use-token-rate.ts';

const WATCHERS_MS = 5000;

/** What it is, how it stands, and what one can do with it. */
export function WorkflowHeader({ stream }: { readonly stream: WorkflowStream }): ReactNode {
  const { workflow } = stream;
  return (
    <header className="grid gap-x-6 gap-y-3 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <h1 className="text-lg leading-7 font-semibold text-balance break-words">
          {workflow.title === '' ? 'Waiting for a worker' : workflow.title}
        </h1>
        <Target workflow={workflow} />
      </div>
      <div className="flex min-h-6 flex-wrap items-center gap-x-5 gap-y-2 text-sm text-muted-foreground tabular-nums sm:col-span-2">
        <StatusBadge status={workflow.status} />
        <ConnectionBadge stream={stream} />
        <Facts workflow={workflow} />
      </div>
      <div className="flex flex-wrap items-start gap-2 sm:col-start-2 sm:row-start-1">
        <CopyButton workflow={workflow} />
        <Commands workflow={workflow} />
      </div>
    </header>
  );
}

function Commands({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const { workflowId, status } = workflow;
  if (hasEnded(status)) return null;
  return (
    <>
      {status === 'paused' ? (
        <ResumeButton workflowId={workflowId} />
      ) : (
        <PauseButton workflowId={workflowId} />
      )}
      <CancelButton workflowId={workflowId} />
    </>
  );
}

function Target({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const { target, url } = workflow;
  if (url === null) return <p className="text-sm text-muted-foreground">{target}</p>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 text-sm text-muted-foreground underline hover:text-foreground"
    >
      {target}
      <ExternalLink className="size-3.5" aria-hidden />
      <span className="sr-only">(opens in a new tab)</span>
    </a>
  );
}

function Facts({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const { usage, cost, startedAt, endedAt } = workflow;
  const running = startedAt !== null && endedAt === null;
  const now = useNow(1000, running);
  const rate = useTokenRate(workflow, running);
  const details = trpc.workflow.get.useQuery(
    { workflowId: workflow.workflowId },
    // Nobody watches what has ended.
    { refetchInterval: WATCHERS_MS, enabled: running },
  );
  return (
    <>
      {startedAt !== null && (
        <span>
          {formatDuration((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt))}
        </span>
      )}
      {running && rate !== null && <span>{rate} tokens/s</span>}
      {usage !== null && <span>{formatCount(usage.totalTokens)} tokens</span>}
      {usage !== null && <span>{formatCost(cost)}</span>}
      {running && details.data !== undefined && details.data.watchers > 0 && (
        <span>{details.data.watchers} watching</span>
      )}
    </>
  );
}
