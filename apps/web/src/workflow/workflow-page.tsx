import type { WorkflowSnapshot } from '@runtape/events';
import { useWorkflowStream, type WorkflowStream } from '@runtape/react';
import { answerText, draftText, initialState } from '@runtape/workflow-state';
import { type ReactNode, useCallback, useState } from 'react';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Button } from '../ui/button.tsx';
import { ErrorCode } from '../ui/error-code.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { DetailTabs } from './detail-tabs.tsx';
import { DraftPanel } from './draft-panel.tsx';
import { FINDING, type Moment, momentInAddress, NOW } from './moment.ts';
import { ResetNotice } from './reset-notice.tsx';
import { TapeDock } from './tape-dock.tsx';
import { TryAgainButton } from './try-again-button.tsx';
import { WorkflowHeader } from './workflow-header.tsx';
import { WorkflowNotFound } from './workflow-not-found.tsx';
import { toastEvent, toastLost, useCancelledHere } from './workflow-toasts.ts';

/** One workflow, as it is or as it was at the playhead of its tape. */
export function WorkflowPage({ workflowId }: { readonly workflowId: string }): ReactNode {
  const cancelledHere = useCancelledHere(workflowId);
  const stream = useWorkflowStream(workflowId, {
    onEvent: (entry) => toastEvent(entry, cancelledHere),
    onError: toastLost,
  });
  const { moment, toNow, onMoment } = useMoment();
  const [lanes, setLanes] = useState<readonly string[]>([]);
  const [ownTypes, setOwnTypes] = useState<readonly string[]>([]);
  usePageTitle(stream.workflow.title);
  if (stream.error?.kind === 'refused') return <WorkflowNotFound error={stream.error} />;
  const isConnecting = stream.workflow.cursor === null && stream.connection.state === 'connecting';
  const isLoading = isConnecting || moment.kind === 'finding';
  // The current state is not what the address asks for.
  const workflow = shownAt(moment, stream.workflow);
  return (
    <article className="flex min-h-[calc(100dvh-6.5rem-1px)] flex-col gap-6">
      {isLoading ? (
        <LoadingHeader />
      ) : (
        <WorkflowHeader stream={stream} workflow={workflow} moment={moment} toNow={toNow} />
      )}
      <ResetNotice stream={stream} />
      <Problem stream={stream} workflow={workflow} isNow={moment.kind === 'now'} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(20rem,2fr)]">
        <DraftPanel workflow={workflow} isNow={moment.kind === 'now'} isLoading={isLoading} />
        <DetailTabs
          workflow={workflow}
          isNow={moment.kind === 'now'}
          lanes={lanes}
          ownTypes={ownTypes}
        />
      </div>
      <TapeDock stream={stream} onMoment={onMoment} onLanes={setLanes} onOwnTypes={setOwnTypes} />
    </article>
  );
}

/** The moment that the tape selects, and the way back. */
function useMoment() {
  const [shown, setShown] = useState<{ readonly moment: Moment; readonly toNow: () => void }>(
    () => ({
      moment: momentInAddress() === null ? NOW : FINDING,
      toNow: () => {},
    }),
  );
  const onMoment = useCallback(
    (moment: Moment, toNow: () => void): void => setShown({ moment, toNow }),
    [],
  );
  return { ...shown, onMoment };
}

function shownAt(moment: Moment, now: WorkflowSnapshot): WorkflowSnapshot {
  switch (moment.kind) {
    case 'now':
      return now;
    case 'finding':
      return initialState(now.workflowId);
    case 'past':
      return moment.workflow;
  }
}

function Problem(props: {
  readonly stream: WorkflowStream;
  readonly workflow: WorkflowSnapshot;
  readonly isNow: boolean;
}): ReactNode {
  const { workflow, isNow } = props;
  const { error, reconnect } = props.stream;
  if (error !== null) {
    return (
      <Notice
        title="The connection is lost"
        action={<Button onClick={reconnect}>Reconnect</Button>}
      >
        {error.message} The page shows the last state that it received.
      </Notice>
    );
  }
  if (workflow.error !== null) {
    return (
      <Notice
        title="The workflow failed"
        // Commands apply to the current state.
        action={isNow && <TryAgainButton workflow={workflow} />}
      >
        {workflow.error.message} <ErrorCode code={workflow.error.code} />
      </Notice>
    );
  }
  if (workflow.cancelled !== null) {
    const { reason } = workflow.cancelled;
    const hasText = (draftText(workflow) || answerText(workflow)) !== '';
    return (
      <p className="rounded-lg border bg-muted/50 p-4 text-sm text-muted-foreground">
        The workflow was cancelled{reason === undefined ? '' : `: ${reason}`}.
        {hasText && ' The text written so far is kept.'}
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

function LoadingHeader(): ReactNode {
  return (
    <output aria-label="Loading the workflow" className="block space-y-3">
      <Skeleton className="h-7 w-2/3" />
      <Skeleton className="h-5 w-1/3" />
      <Skeleton className="h-6 w-1/2" />
    </output>
  );
}
