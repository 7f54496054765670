import { describeReset, type WorkflowStream } from '@runtape/react';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';

export function ResetNotice(props: {
  readonly stream: Pick<WorkflowStream, 'reset' | 'dismissReset'>;
}): ReactNode {
  const { reset, dismissReset } = props.stream;
  if (reset === null) return null;
  return (
    <div className="flex items-center gap-3 rounded-lg border bg-muted/50 py-2 pr-2 pl-4 text-sm text-muted-foreground">
      <output className="min-w-0 flex-1 break-words">{describeReset(reset)}</output>
      <Button kind="quiet" className="h-8 px-2" aria-label="Dismiss" onClick={dismissReset}>
        <X aria-hidden className="size-4" />
      </Button>
    </div>
  );
}
