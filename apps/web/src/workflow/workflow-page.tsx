import type { WorkflowSnapshot } from '@runtape/events';
import { useWorkflowStream, type WorkflowStream } from '@runtape/react';
import { initialState } from '@runtape/workflow-state';
import { answerText, draftText } from '@runtape/github-workflows/contract';
import { type ReactNode, useCallback, useState } from 'react';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Button } from '../ui/button.tsx';
import { ErrorCode } from '../ui/error-code.tsx';
import { Notice } from '../ui/notice.tsx';
import { LoadingSkeleton } from '../ui/skeleton.tsx';
import { DetailTabs } from './detail-tabs.tsx';
import { isProductWorkflow } from '../home/kinds.ts';
import { useDefinitions } from '../start/definitions.ts';
import { DraftPanel } from './draft-panel.tsx';
import { LOADING, type Moment, momentInAddress, NOW } from './moment.ts';
import { OwnPanel } from './own/own-panel.tsx';
import { ResetNotice } from './reset-notice.tsx';
import { RetryNotice } from './retry-notice.tsx';
import { TapeDock } from './tape-dock.tsx';
import { TryAgainButton } from './try-again-button.tsx';
import { WorkflowHeader } from './workflow-header.tsx';
import { WorkflowNotFound } from './workflow-not-found.tsx';
import { toastEvent, toastConnectionLost, useCancelledHere } from './workflow-toasts.ts';

/** One workflow, as it is or as it was at the playhead of its tape. */
export function WorkflowPage({ workflowId }: { readonly workflowId: string }): ReactNode {
  const cancelledHere = useCancelledHere(workflowId);
  const stream = useWorkflowStream(workflowId, {
    onEvent: (entry) => toastEvent(entry, cancelledHere),
    onError: toastConnectionLost,
  });
  const { moment, toNow, onMoment } = useMoment();
  const [lanes, setLanes] = useState<readonly string[]>([]);
  const [ownTypes, setOwnTypes] = useState<readonly string[]>([]);
  const { hasProduct } = useDefinitions();
  usePageTitle(stream.workflow.title);
  if (stream.error?.kind === 'refused') return <WorkflowNotFound error={stream.error} />;
  const isNow = moment.kind === 'now';
  const isConnecting = stream.workflow.cursor === null && stream.connection.state === 'connecting';
  const isLoading = isConnecting || moment.kind === 'loading';
  const workflow = workflowAt(moment, stream.workflow);
  const { workflow: name } = workflow;
  const Panel = (name === '' ? hasProduct !== false : isProductWorkflow(name))
    ? DraftPanel
    : OwnPanel;
  return (
    <article className="flex min-h-[calc(100dvh-6.5rem-1px)] flex-col gap-6">
      {isLoading ? (
        <LoadingSkeleton
          label="Loading the workflow"
          rows={['h-7 w-2/3', 'h-5 w-1/3', 'h-6 w-1/2']}
          className="space-y-3"
        />
      ) : (
        <WorkflowHeader stream={stream} workflow={workflow} moment={moment} toNow={toNow} />
      )}
      <ResetNotice stream={stream} />
      <Notices stream={stream} workflow={workflow} isNow={isNow} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(20rem,2fr)]">
        <Panel workflow={workflow} isNow={isNow} isLoading={isLoading} />
        <DetailTabs workflow={workflow} isNow={isNow} lanes={lanes} ownTypes={ownTypes} />
      </div>
      <TapeDock stream={stream} onMoment={onMoment} onLanes={setLanes} onOwnTypes={setOwnTypes} />
    </article>
  );
}

/** The moment that the tape selects, and a function that returns to the present. */
function useMoment() {
  const [shown, setShown] = useState<{ readonly moment: Moment; readonly toNow: () => void }>(
    () => ({
      moment: momentInAddress() === null ? NOW : LOADING,
      toNow: () => {},
    }),
  );
  const onMoment = useCallback(
    (moment: Moment, toNow: () => void): void => setShown({ moment, toNow }),
    [],
  );
  return { ...shown, onMoment };
}

function workflowAt(moment: Moment, now: WorkflowSnapshot): WorkflowSnapshot {
  switch (moment.kind) {
    case 'now':
      return now;
    case 'loading':
      return initialState(now.workflowId);
    case 'past':
      return moment.workflow;
  }
}

function Notices(props: {
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
  return workflow.retry === null ? null : <RetryNotice workflow={workflow} />;
}
