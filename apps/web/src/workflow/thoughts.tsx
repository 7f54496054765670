import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { thoughtsOf } from '@runtape/workflow-state';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount } from '../format/money.ts';
import { cn } from '../ui/class-names.ts';

/** The thoughts and remarks of a model, collapsed, since they are not part of the text. */
export function Thoughts(props: {
  readonly workflow: WorkflowSnapshot;
  readonly className?: string;
}): ReactNode {
  const { workflow, className } = props;
  const thoughts = thoughtsOf(workflow);
  const last = thoughts.at(-1);
  if (last === undefined) return null;
  const thinks = !last.isComplete && !hasEnded(workflow.status);
  return (
    <details className={cn('group/thoughts text-sm', className)}>
      <summary className="flex w-fit list-none items-center gap-1 rounded-sm text-muted-foreground select-none hover:text-foreground">
        <ChevronRight
          aria-hidden
          className="-ml-1 size-4 transition-transform group-open/thoughts:rotate-90"
        />
        {thinks ? 'Thinking …' : `Thoughts · ${formatCount(thoughts.length)}`}
      </summary>
      <ol aria-label="Thoughts" className="mt-2 max-h-96 space-y-3 overflow-y-auto border-l pl-3">
        {thoughts.map(({ part, step, text }) => (
          <li
            key={`${part} ${step ?? ''}`}
            className="break-words whitespace-pre-wrap text-muted-foreground"
          >
            {text.trim()}
          </li>
        ))}
      </ol>
    </details>
  );
}
