import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { ConnectionBadge, type WorkflowStream } from '@runtape/react';
import { answerText, draftText } from '@runtape/github-workflows/contract';
import { History, MessagesSquare } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { trpc } from '../connect.ts';
import { formatCount } from '../format/numbers.ts';
import { formatClock } from '../format/time.ts';
import { EditButton } from '../posting/edit-button.tsx';
import { useMayChange } from '../session/permissions.ts';
import { ExternalLink } from '../ui/external-link.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { CancelButton, PauseButton, ResumeButton } from './control-buttons.tsx';
import { CopyButton } from './copy-button.tsx';
import type { Moment, PastMoment } from './moment.ts';
import { ShareButton } from './share-button.tsx';
import { Facts } from './workflow-facts.tsx';

const WATCHERS_MS = 5000;
const linkLook =
  'inline-flex items-center gap-1 text-sm text-muted-foreground underline hover:text-foreground';

/** Title, status and commands. */
export function WorkflowHeader(props: {
  readonly stream: WorkflowStream;
  /** The state to show; commands apply to the current state. */
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
          <ConversationLink workflowId={workflow.workflowId} />
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
    <ExternalLink href={url} className={linkLook}>
      {target}
    </ExternalLink>
  );
}

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

/** A link from a question to its conversation, unless only the question is shared. */
function ConversationLink({ workflowId }: { readonly workflowId: string }): ReactNode {
  const { data } = trpc.workflow.info.useQuery({ workflowId });
  if (data === undefined || !data.mayChange) return null;
  if (data.workflow !== 'askRepository' || data.threadId === null) return null;
  return (
    <Link href={`/ask/${data.threadId}`} className={linkLook}>
      <MessagesSquare className="size-3.5" aria-hidden />
      View the conversation
    </Link>
  );
}

function PastBadge(props: {
  readonly moment: PastMoment;
  readonly hasEnded: boolean;
  readonly toNow: () => void;
}): ReactNode {
  const { moment, hasEnded: ended, toNow } = props;
  return (
    <span className="inline-flex items-center gap-1.5 rounded-full border border-primary/50 bg-primary/10 px-2.5 py-0.5 text-xs font-medium text-foreground">
      <History aria-hidden className="size-3.5" />
      As it was at {formatClock(moment.at)}
      {/* On a phone it would not fit into the line; the tape has the same button. */}
      <span className="hidden sm:inline">
        {'· '}
        <button type="button" className="underline underline-offset-2" onClick={toNow}>
          Back to {ended ? 'the end' : 'live'}
        </button>
      </span>
    </span>
  );
}
