import {
  askRepositoryResultSchema,
  commentOnIssueResultSchema,
  reviewIssueResultSchema,
} from '@runtape/github-workflows/contract';
import { clsx } from 'clsx';
import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { currentAnswer, currentDraft, type Draft } from '@runtape/github-workflows/contract';
import { type ReactNode, useRef } from 'react';
import { Skeleton } from '../ui/skeleton.tsx';
import { AnnounceSentences } from './announce-sentences.tsx';
import { Markdown, usePreloadMarkdown } from './markdown.tsx';
import { SourceChips } from './source-chips.tsx';
import { Thoughts } from './thoughts.tsx';
import { useFollowTail } from './use-follow-tail.ts';

/** The draft or answer as it is written. */
export function DraftPanel(props: {
  readonly workflow: WorkflowSnapshot;
  /** `false` at a past moment of the tape. */
  readonly isNow: boolean;
  readonly isLoading: boolean;
}): ReactNode {
  const { workflow, isNow } = props;
  const isAnswer = workflow.workflow === 'askRepository';
  const draft = currentDraft(workflow);
  const written = isAnswer ? currentAnswer(workflow) : draft;
  const text = written?.text ?? '';
  const grows = written?.isComplete === false && !hasEnded(workflow.status);
  const panel = useRef<HTMLElement>(null);
  useFollowTail(panel, grows);
  usePreloadMarkdown();
  return (
    <>
      <section
        ref={panel}
        aria-labelledby="draft-title"
        className={clsx(
          'min-w-0 rounded-xl border bg-card p-4 sm:p-6',
          // Reserves space for the text, so that nothing below it jumps.
          !hasEnded(workflow.status) && 'min-h-96',
        )}
      >
        <h2 id="draft-title" className="mb-4 text-sm font-medium text-muted-foreground">
          {isAnswer ? 'Answer' : draftTitle(draft)}
        </h2>
        <Thoughts workflow={workflow} className="mb-4" />
        {text === '' ? (
          <EmptyDraft workflow={workflow} isLoading={props.isLoading} />
        ) : (
          <div className="max-w-[85ch]">
            <Markdown text={text} grows={grows} />
          </div>
        )}
        <Sources workflow={workflow} />
      </section>
      <AnnounceSentences text={text} grows={grows && isNow} />
    </>
  );
}

function draftTitle(draft: Draft | null): string {
  return draft === null || draft.version === 1 ? 'Draft' : `Draft, version ${draft.version}`;
}

function EmptyDraft(props: {
  readonly workflow: WorkflowSnapshot;
  readonly isLoading: boolean;
}): ReactNode {
  const { workflow, isLoading } = props;
  if (hasEnded(workflow.status)) {
    return <p className="text-muted-foreground">The workflow ended before it wrote anything.</p>;
  }
  return (
    <div className="space-y-3">
      <output className="block text-muted-foreground">
        {isLoading ? 'Loading …' : (workflow.statuses.at(-1)?.message ?? 'Waiting for a worker …')}
      </output>
      <Skeleton className="h-4 w-11/12" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  );
}

function Sources({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const result = commentOnIssueResultSchema
    .or(askRepositoryResultSchema)
    .or(reviewIssueResultSchema)
    .safeParse(workflow.result);
  if (!result.success || result.data.sources.length === 0) return null;
  return <SourceChips sources={result.data.sources} tools={workflow.tools} />;
}
