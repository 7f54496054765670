import type { ReactNode } from 'react';
import { trpc } from '../connect.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

/** One click from a first visit to a running workflow. */
export function SampleButtons(props: {
  readonly disabled: boolean;
  readonly onChoose: (name: string) => void;
}): ReactNode {
  const { data, isPending } = trpc.samples.useQuery();
  return (
    <div className="mt-6 border-t pt-4">
      <p className="text-sm text-muted-foreground">Or try a sample, about Runtape’s own code:</p>
      <div className="mt-2 flex min-h-9 flex-wrap gap-2">
        {isPending && <Skeleton className="h-9 w-full max-w-lg" />}
        {data?.map(({ name, title }) => (
          <Button
            key={name}
            disabled={props.disabled}
            title={title}
            onClick={() => props.onChoose(name)}
          >
            {inWords(name)}
          </Button>
        ))}
      </div>
    </div>
  );
}

/** `resume-after-reconnect` → `Resume after reconnect`. */
function inWords(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
