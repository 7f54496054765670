import { askRepositoryResultSchema } from '@runtape/github-workflows/contract';
import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { answerText, currentAnswer } from '@runtape/github-workflows/contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { formatCost, formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { ErrorCode } from '../ui/error-code.tsx';
import { Notice } from '../ui/notice.tsx';
import { AnnounceSentences } from '../workflow/announce-sentences.tsx';
import { ResumeButton } from '../workflow/control-buttons.tsx';
import { CopyButton } from '../workflow/copy-button.tsx';
import { Markdown } from '../workflow/markdown.tsx';
import { RetryNotice } from '../workflow/retry-notice.tsx';
import { SourceChips } from '../workflow/source-chips.tsx';
import { Thoughts } from '../workflow/thoughts.tsx';
import { Stages } from './stages.tsx';

export function Answer(props: {
  readonly workflow: WorkflowSnapshot;
  /** Asks the question again; `null` when that is not possible now. */
  readonly retry: (() => void) | null;
}): ReactNode {
  const { workflow, retry } = props;
  const written = currentAnswer(workflow);
  const text = written?.text ?? '';
  const ended = hasEnded(workflow.status);
  const grows = !ended && written?.isComplete !== true;
  const result = askRepositoryResultSchema.safeParse(workflow.result);
  return (
    <div className="space-y-3">
      <Stages workflow={workflow} hasText={text !== ''} />
      <output className="sr-only">
        {ended ? describeEnd(workflow) : workflow.statuses.at(-1)?.message}
      </output>
      <Thoughts workflow={workflow} />
      {text !== '' && <Markdown text={text} grows={grows} />}
      <AnnounceSentences text={text} grows={grows} />
      {result.success && result.data.sources.length > 0 && (
        <SourceChips sources={result.data.sources} tools={workflow.tools} />
      )}
      <AnswerProblem workflow={workflow} retry={retry} />
      {ended && (
        <footer className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted-foreground tabular-nums">
          {result.success && <span>{result.data.model}</span>}
          {workflow.usage !== null && <span>{formatCount(workflow.usage.totalTokens)} tokens</span>}
          {workflow.usage !== null && <span>{formatCost(workflow.cost)}</span>}
          <Link
            href={`/workflows/${workflow.workflowId}`}
            className="underline hover:text-foreground"
          >
            View the workflow
          </Link>
          {text !== '' && <CopyButton kind="quiet" className="-mx-2 h-8 px-2" text={text} />}
        </footer>
      )}
    </div>
  );
}

const noticeLook =
  'flex flex-wrap items-center justify-between gap-3 rounded-lg border bg-muted/50 p-3 pl-4 text-sm text-muted-foreground';

function AnswerProblem(props: {
  readonly workflow: WorkflowSnapshot;
  readonly retry: (() => void) | null;
}): ReactNode {
  const { workflow, retry } = props;
  const { status, error, cancelled } = workflow;
  const again = retry !== null && <Button onClick={retry}>Ask again</Button>;
  switch (status) {
    case 'failed':
      return (
        <Notice title="The question could not be answered" action={again}>
          {error?.message ?? 'The workflow failed.'}{' '}
          {error !== null && <ErrorCode code={error.code} />}
        </Notice>
      );
    case 'cancelled':
      return (
        <div className={noticeLook}>
          <p className="min-w-0 break-words">
            Stopped{cancelled?.reason === undefined ? '' : `: ${cancelled.reason}`}.
            {answerText(workflow) !== '' && ' The text written so far is kept.'}
          </p>
          {again}
        </div>
      );
    case 'paused':
      return (
        <div className={noticeLook}>
          <p>The answer is paused.</p>
          <ResumeButton workflowId={workflow.workflowId} />
        </div>
      );
    case 'retrying':
      return <RetryNotice workflow={workflow} />;
    default:
      return null;
  }
}

function describeEnd({ status }: WorkflowSnapshot): string {
  switch (status) {
    case 'failed':
      return 'The question could not be answered.';
    case 'cancelled':
      return 'Stopped.';
    default:
      return 'The answer is complete.';
  }
}
