import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { ConnectionBadge, type WorkflowStream } from '@runtape/react';
import { answerText, draftText } from '@runtape/workflow-state';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc } from '../connect.ts';
import { formatDuration } from '../format/duration.ts';
import { formatCost, formatCount } from '../format/money.ts';
import { useNow } from '../format/use-now.ts';
import { EditButton } from '../posting/edit-button.tsx';
import { useMayChange } from '../session/use-may-change.ts';
import { cn } from '../ui/class-names.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { CancelButton } from './cancel-button.tsx';
import { CopyButton } from './copy-button.tsx';
import type { Moment, PastMoment } from './moment.ts';
import { PartOfConversation } from './part-of-conversation.tsx';
import { PastBadge } from './past-badge.tsx';
import { PauseButton } from './pause-button.tsx';
import { ResumeButton } from './resume-button.tsx';
import { ShareButton } from './share-button.tsx';
import { spentSoFar } from './spent-so-far.ts';
import { useTokenRate } from './use-token-rate.ts';

const WATCHERS_MS = 5000;

/** What it is, how it stands, and what one can do with it. */
export function WorkflowHeader(props: {
  readonly stream: WorkflowStream;
  /** As it is to be shown; what one can do is about what is. */
  readonly workflow: WorkflowSnapshot;
  readonly moment: Moment;
  readonly toNow: () => void;
}): ReactNode {
  const { stream, workflow, moment, toNow } = props;
  return (
    <header className="grid gap-x-6 gap-y-3 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <h1 className="text-lg leading-7 font-semibold text-balance break-words">
          {workflow.title === '' ? 'Waiting for a worker' : workflow.title}
        </h1>
        <div className="flex flex-wrap items-center gap-x-4">
          <Target workflow={workflow} />
          <PartOfConversation workflowId={workflow.workflowId} />
        </div>
      </div>
      <div className="flex min-h-14 flex-wrap content-start items-center gap-x-5 gap-y-2 text-sm text-muted-foreground tabular-nums sm:col-span-2 sm:min-h-6">
        <StatusBadge status={workflow.status} />
        {moment.kind === 'past' ? (
          <PastBadge moment={moment} hasEnded={hasEnded(stream.workflow.status)} toNow={toNow} />
        ) : (
          <ConnectionBadge connection={stream.connection} onReconnect={stream.reconnect} />
        )}
        {moment.kind !== 'past' && <Watchers workflow={workflow} />}
        <Facts workflow={workflow} past={moment.kind === 'past' ? moment : null} />
      </div>
      <div className="flex flex-wrap items-start gap-2 sm:col-start-2 sm:row-start-1">
        <CopyButton text={draftText(workflow) || answerText(workflow)} />
        <Commands workflow={stream.workflow} />
      </div>
    </header>
  );
}

function Commands({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const { workflowId, status } = workflow;
  if (!useMayChange(workflowId)) return null;
  if (hasEnded(status)) {
    return (
      <>
        <EditButton workflow={workflow} />
        <ShareButton workflowId={workflowId} />
      </>
    );
  }
  return (
    <>
      <ShareButton workflowId={workflowId} />
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

/** Who else looks at it. Nobody watches what has ended, nor the past. */
function Watchers({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const { workflowId, startedAt, endedAt } = workflow;
  const details = trpc.workflow.info.useQuery(
    { workflowId },
    { refetchInterval: WATCHERS_MS, enabled: startedAt !== null && endedAt === null },
  );
  const watchers = details.data?.watchers ?? 0;
  if (watchers === 0 || endedAt !== null) return null;
  return <span>{formatCount(watchers)} watching</span>;
}

/** How long it takes, and what it uses. On a phone they share a line of their own. */
function Facts(props: {
  readonly workflow: WorkflowSnapshot;
  readonly past: PastMoment | null;
}): ReactNode {
  const { workflow, past } = props;
  const { status, startedAt, endedAt } = workflow;
  const spent = spentSoFar(workflow);
  const running = startedAt !== null && endedAt === null && past === null;
  const clock = useNow(1000, running);
  const now = past?.at ?? clock;
  const rateNow = useTokenRate(workflow, running);
  const rate = past === null ? rateNow : Math.round(past.rate) || null;
  return (
    <div
      className={cn(
        'flex flex-wrap gap-x-4 gap-y-2 empty:hidden sm:contents',
        // One alone needs no line of its own.
        spent !== null && 'basis-full',
      )}
    >
      {startedAt !== null && (
        <span>
          {formatDuration((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt))}
        </span>
      )}
      {status === 'running' && rate !== null && <span>{formatCount(rate)} tokens/s</span>}
      {spent !== null && <span>{formatCount(spent.tokens)} tokens</span>}
      {spent !== null && <span>{formatCost(spent.cost)}</span>}
    </div>
  );
}
