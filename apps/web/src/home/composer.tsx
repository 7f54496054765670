import { Play } from 'lucide-react';
import { ToggleGroup } from 'radix-ui';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { trpc } from '../connect.ts';
import { preloadAskPage, preloadWorkflowPage } from '../pages.ts';
import { useFeatures } from '../session/permissions.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { submitWithModifier, SubmitKeys } from '../ui/submit-keys.tsx';
import { type Draft, emptyDraft, isProblem, type Problem, readDraft } from './draft.ts';
import { IssueFields } from './issue-fields.tsx';
import { kindNames, kinds, readKind } from './kinds.ts';
import { Options } from './options.tsx';
import { QuestionFields } from './question-fields.tsx';
import { RecentTargetsList, useRecentTargets } from './recent-targets.tsx';
import { SampleButtons } from './sample-buttons.tsx';
import { useStart } from './use-start.ts';

export function Composer(): ReactNode {
  const [draft, setDraft] = useState(emptyDraft);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { start, isStarting, error } = useStart();
  const samples = trpc.samples.useQuery();
  const features = useFeatures();
  const field = draft.kind === 'ask' ? 'repository' : 'target';
  const recent = useRecentTargets(draft.kind === 'ask' ? 'repository' : 'issue');
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
    setProblem(null);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isStarting) return;
    const read = readDraft(
      draft,
      samples.data?.map(({ name }) => name),
      features?.githubHost,
    );
    if (isProblem(read)) {
      setProblem(read);
      return;
    }
    const target = draft[field].trim();
    // Samples have buttons already.
    if (target !== '' && read.input.target?.kind !== 'sample') recent.remember(target);
    if (read.kind === 'ask') preloadAskPage();
    else preloadWorkflowPage();
    start(read);
  };
  const fields = {
    draft,
    change,
    problemOf: (name: string) => (problem?.field === name ? problem.message : null),
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- A key that works in all of its fields.
    <form
      onSubmit={submit}
      onKeyDownCapture={submitWithModifier}
      noValidate
      aria-labelledby="composer-title"
      className="rounded-xl border bg-card p-4 sm:p-6"
    >
      <h2 id="composer-title" className="sr-only">
        Start a workflow
      </h2>
      <ToggleGroup.Root
        type="single"
        value={draft.kind}
        aria-label="Workflow to start"
        onValueChange={(value) => {
          const kind = readKind(value);
          if (kind !== null) change({ kind });
        }}
        className="flex w-full flex-col rounded-lg bg-muted p-1 text-sm sm:inline-flex sm:w-auto sm:flex-row"
      >
        {kindNames.map((kind) => {
          const { icon: Icon, label } = kinds[kind];
          return (
            <ToggleGroup.Item
              key={kind}
              value={kind}
              className="flex items-center gap-2 rounded-md px-3 py-1.5 font-medium text-muted-foreground data-[state=on]:bg-card data-[state=on]:text-foreground data-[state=on]:shadow-xs"
            >
              <Icon className="size-4" aria-hidden />
              {label}
            </ToggleGroup.Item>
          );
        })}
      </ToggleGroup.Root>
      <div className="mt-5 space-y-3">
        {draft.kind === 'ask' ? <QuestionFields {...fields} /> : <IssueFields {...fields} />}
        <RecentTargetsList
          targets={recent.targets}
          onChoose={(target) => change({ [field]: target })}
          onForget={recent.forget}
        />
        <Options {...fields} />
        <div className="flex flex-wrap items-center gap-4 pt-1">
          <Button type="submit" kind="primary" aria-disabled={isStarting}>
            <Play aria-hidden />
            {isStarting ? 'Starting …' : 'Start'}
          </Button>
          <SubmitKeys />
        </div>
        {error !== null && (
          <Notice title="The workflow could not be started">{error.message}</Notice>
        )}
      </div>
      <SampleButtons kind={draft.kind} disabled={isStarting} onChoose={start} />
    </form>
  );
}
