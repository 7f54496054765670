import { commentOnIssueResultSchema, hasEnded, type WorkflowSnapshot } from '@runtape/events';
import type { WorkflowStream } from '@runtape/react';
import { draftText } from '@runtape/workflow-state';
import { lazy, type ReactNode, Suspense } from 'react';
import { Skeleton } from '../ui/skeleton.tsx';
import { AnnounceSentences } from './announce-sentences.tsx';
import { SourceChips } from './source-chips.tsx';

// The Markdown renderer is two thirds of the page's code, and the first text takes seconds anyway.
const DraftMarkdown = lazy(async () => {
  const { DraftMarkdown: component } = await import('./draft-markdown.tsx');
  return { default: component };
});

/** The text as it is written. */
export function DraftPanel(props: {
  readonly stream: WorkflowStream;
  readonly isLoading: boolean;
}): ReactNode {
  const { workflow } = props.stream;
  const text = draftText(workflow);
  const draft = workflow.parts.find(({ part }) => part === 'draft');
  const grows = draft?.isComplete === false && !hasEnded(workflow.status);
  return (
    <section
      aria-labelledby="draft-title"
      className="min-h-96 rounded-xl border bg-card p-4 sm:p-6"
    >
      <h2 id="draft-title" className="mb-4 text-sm font-medium text-muted-foreground">
        Draft
      </h2>
      {text === '' ? (
        <NoText workflow={workflow} isLoading={props.isLoading} />
      ) : (
        <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
          <DraftMarkdown text={text} grows={grows} />
        </Suspense>
      )}
      <AnnounceSentences text={text} />
      <Sources workflow={workflow} />
    </section>
  );
}

function NoText({
  workflow,
  isLoading,
}: {
  workflow: WorkflowSnapshot;
  isLoading: boolean;
}): ReactNode {
  if (hasEnded(workflow.status)) {
    return <p className="text-muted-foreground">The workflow ended before it wrote anything.</p>;
  }
  return (
    <div className="space-y-3">
      <p role="status" className="text-muted-foreground">
        {isLoading ? 'Loading …' : (workflow.statuses.at(-1)?.message ?? 'Waiting for a worker …')}
      </p>
      <Skeleton className="h-4 w-11/12" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  );
}

function Sources({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const result = commentOnIssueResultSchema.safeParse(workflow.result);
  if (!result.success || result.data.sources.length === 0) return null;
  return <SourceChips sources={result.data.sources} tools={workflow.tools} />;
}
