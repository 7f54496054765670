import type { RuntapeClientError } from '@runtape/client';
import { useWorkflowStream, type WorkflowStream } from '@runtape/react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { DetailTabs } from './detail-tabs.tsx';
import { DraftPanel } from './draft-panel.tsx';
import { ResetNotice } from './reset-notice.tsx';
import { WorkflowHeader } from './workflow-header.tsx';

/** One workflow, live or ended. */
export function WorkflowPage({ workflowId }: { readonly workflowId: string }): ReactNode {
  const stream = useWorkflowStream(workflowId);
  usePageTitle(stream.workflow.title);
  if (stream.error?.kind === 'refused') return <Unknown error={stream.error} />;
  const isLoading = stream.workflow.cursor === null && stream.connection.state === 'connecting';
  return (
    <article className="space-y-6">
      {isLoading ? <LoadingHeader /> : <WorkflowHeader stream={stream} />}
      <ResetNotice stream={stream} />
      <Problem stream={stream} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(20rem,2fr)]">
        <DraftPanel stream={stream} isLoading={isLoading} />
        <DetailTabs workflow={stream.workflow} />
      </div>
    </article>
  );
}

/** What went wrong with the workflow, or with the connection to it. */
function Problem({ stream }: { readonly stream: WorkflowStream }): ReactNode {
  const { workflow, error, reconnect } = stream;
  if (error !== null) {
    return (
      <Notice
        title="The connection is lost"
        action={<Button onClick={reconnect}>Reconnect</Button>}
      >
        {error.message} What is shown here stays as it was.
      </Notice>
    );
  }
  if (workflow.error !== null) {
    return (
      <Notice title="The workflow failed">
        {workflow.error.message} <code className="font-mono text-xs">{workflow.error.code}</code>
      </Notice>
    );
  }
  if (workflow.cancelled !== null) {
    const { reason } = workflow.cancelled;
    return (
      <p className="rounded-lg border bg-muted/50 p-4 text-sm text-muted-foreground">
        It was cancelled{reason === undefined ? '' : `: ${reason}`}. What it had written until then
        is kept.
      </p>
    );
  }
  if (workflow.retry === null) return null;
  return (
    <output className="block rounded-lg border border-warn/40 bg-warn/5 p-4 text-sm">
      {workflow.retry.reason.message} Trying again, attempt {workflow.attempt + 1} of{' '}
      {workflow.maxAttempts}.
    </output>
  );
}

function Unknown({ error }: { readonly error: RuntapeClientError }): ReactNode {
  return (
    <div className="mx-auto max-w-xl py-16">
      <h1 className="text-lg font-semibold">This workflow is not here</h1>
      <p className="mt-2 text-muted-foreground">
        {error.code === 'unknown_workflow'
          ? 'It may have been removed some time after it ended, it may belong to another server, or the address is not complete.'
          : error.message}
      </p>
      <Link href="/" className="mt-4 inline-block font-medium text-primary underline">
        All workflows
      </Link>
    </div>
  );
}

function LoadingHeader(): ReactNode {
  return (
    <output aria-label="Loading the workflow" className="block space-y-3">
      <Skeleton className="h-7 w-2/3" />
      <Skeleton className="h-5 w-1/3" />
      <Skeleton className="h-6 w-1/2" />
    </output>
  );
}
