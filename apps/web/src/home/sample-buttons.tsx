import type { ReactNode } from 'react';
import { trpc } from '../connect.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { DEFAULT_ITERATIONS, type Start } from './draft.ts';
import type { Kind } from './kinds.ts';

const questions = [
  { name: 'How resume works', question: 'How does a client resume a stream where it broke?' },
  { name: 'Where tokens merge', question: 'Where are neighbouring token events merged?' },
  { name: 'When leases end', question: 'What happens to a workflow when its worker dies?' },
];

export function SampleButtons(props: {
  readonly kind: Kind;
  readonly disabled: boolean;
  readonly onChoose: (start: Start) => void;
}): ReactNode {
  const { kind, disabled, onChoose } = props;
  return (
    <div className="mt-6 border-t pt-4">
      <p className="text-sm text-muted-foreground">Or try a sample about Runtape’s own code:</p>
      <div className="mt-2 flex min-h-9 flex-wrap gap-2">
        {kind === 'ask' ? (
          questions.map(({ name, question }) => (
            <Button
              key={name}
              disabled={disabled}
              title={question}
              onClick={() => onChoose({ kind, input: { question, target: { kind: 'sample' } } })}
            >
              {name}
            </Button>
          ))
        ) : (
          <SampleIssues {...props} kind={kind} />
        )}
      </div>
    </div>
  );
}

function SampleIssues(props: {
  readonly kind: 'comment' | 'review';
  readonly disabled: boolean;
  readonly onChoose: (start: Start) => void;
}): ReactNode {
  const { kind, disabled, onChoose } = props;
  const samples = trpc.samples.useQuery();
  if (samples.isPending) return <Skeleton className="h-9 w-full max-w-lg" />;
  if (samples.isError) {
    return (
      <Notice
        title="The samples could not be loaded"
        action={<Button onClick={() => void samples.refetch()}>Try again</Button>}
      >
        {samples.error.message}
      </Notice>
    );
  }
  return samples.data.map(({ name, title }) => (
    <Button
      key={name}
      disabled={disabled}
      title={title}
      onClick={() => {
        const target = { kind: 'sample', name } as const;
        onChoose(
          kind === 'comment'
            ? { kind, input: { target } }
            : { kind, input: { target, maxIterations: DEFAULT_ITERATIONS } },
        );
      }}
    >
      {toLabel(name)}
    </Button>
  ));
}

/** `resume-after-reconnect` → `Resume after reconnect`. */
function toLabel(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
