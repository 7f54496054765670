import { Play } from 'lucide-react';
import { ToggleGroup } from 'radix-ui';
import { type FormEvent, type ReactNode, useState } from 'react';
import { trpc } from '../connect.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { emptyDraft, type Draft, readDraft, sources } from './draft.ts';
import { LocalFields } from './local-fields.tsx';
import { SampleButtons } from './sample-buttons.tsx';
import { TargetField } from './target-field.tsx';
import { useStartComment } from './use-start-comment.ts';

/** Starts a comment on an issue. */
export function Composer(): ReactNode {
  const [draft, setDraft] = useState(emptyDraft);
  const [problem, setProblem] = useState<string | null>(null);
  const { start, isStarting, error } = useStartComment();
  const samples = trpc.samples.useQuery();
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
    setProblem(null);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const names = samples.data?.map(({ name }) => name);
    const read = readDraft(draft, names);
    if (typeof read === 'string') setProblem(read);
    else start(read);
  };
  return (
    <form
      onSubmit={submit}
      aria-labelledby="composer-title"
      className="rounded-xl border bg-card p-4 sm:p-6"
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="composer-title" className="text-lg font-semibold">
          Comment on an issue
        </h2>
        <ToggleGroup.Root
          type="single"
          value={draft.source}
          aria-label="Where the issue comes from"
          onValueChange={(value) => {
            if (value === 'named' || value === 'local') change({ source: value });
          }}
          className="inline-flex rounded-lg bg-muted p-1 text-sm"
        >
          {Object.entries(sources).map(([value, words]) => (
            <ToggleGroup.Item
              key={value}
              value={value}
              className="rounded-md px-3 py-1 text-muted-foreground data-[state=on]:bg-card data-[state=on]:text-foreground data-[state=on]:shadow-xs"
            >
              {words}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup.Root>
      </div>
      <div className="mt-4 space-y-4">
        {draft.source === 'named' ? (
          <TargetField draft={draft} change={change} problem={problem} />
        ) : (
          <LocalFields draft={draft} change={change} problem={problem} />
        )}
        <div className="flex flex-wrap items-center gap-4">
          <Button type="submit" kind="primary" disabled={isStarting}>
            <Play aria-hidden />
            {isStarting ? 'Starting …' : 'Start'}
          </Button>
          <span className="hidden text-sm text-muted-foreground sm:inline">
            or press <kbd className="font-mono text-xs">Ctrl</kbd> or{' '}
            <kbd className="font-mono text-xs">⌘</kbd> with{' '}
            <kbd className="font-mono text-xs">Enter</kbd>
          </span>
        </div>
        {error !== null && <Notice title="It could not be started">{error.message}</Notice>}
      </div>
      <SampleButtons
        disabled={isStarting}
        onChoose={(name) => start({ target: { kind: 'sample', name } })}
      />
    </form>
  );
}
