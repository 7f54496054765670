import { clsx } from 'clsx';
import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { thoughtsOf } from '@runtape/workflow-state';
import type { ReactNode } from 'react';
import { formatCount } from '../format/numbers.ts';
import { Summary } from '../ui/summary.tsx';

/** The thoughts of a model, collapsed, since they are not part of the text. */
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
    <details className={clsx('text-sm', className)}>
      <Summary className="-ml-1">
        {thinks ? 'Thinking …' : `Thoughts · ${formatCount(thoughts.length)}`}
      </Summary>
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
