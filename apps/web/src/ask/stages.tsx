import { hasEnded, type WorkflowSnapshot } from '@runtape/events';
import { collapseStages } from '@runtape/workflow-state';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { formatDuration } from '../format/duration.ts';
import { type Outcome, OutcomeIcon } from '../ui/outcome-icon.tsx';

/** The stages of an answer; collapsed once there is text. */
export function Stages(props: {
  readonly workflow: WorkflowSnapshot;
  readonly hasText: boolean;
}): ReactNode {
  const { workflow, hasText } = props;
  const { statuses, status, endedAt, startedAt } = workflow;
  const [wanted, setWanted] = useState<boolean | null>(null);
  const runs = !hasEnded(status);
  const stages = collapseStages(statuses);
  const now = stages.at(-1);
  const isUnfolded = wanted ?? (runs && !hasText);
  if (now === undefined) return null;
  return (
    <details
      open={isUnfolded}
      className="group text-sm text-muted-foreground"
      onToggle={({ currentTarget }) => {
        if (currentTarget.open !== isUnfolded) setWanted(currentTarget.open);
      }}
    >
      <summary className="flex list-none items-center gap-1.5 hover:text-foreground">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 transition-transform group-open:rotate-90"
        />
        {runs ? (
          <span className="truncate">{now.message}</span>
        ) : (
          <span className="tabular-nums">
            {status === 'completed' ? 'How it was answered' : 'Steps'}
            {startedAt !== null && endedAt !== null && (
              <> · {formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}</>
            )}
          </span>
        )}
      </summary>
      <ol aria-label="Stages" className="mt-2 space-y-1.5 border-l pl-4">
        {stages.map(({ id, message, progress }) => {
          const isLast = id === now.id;
          return (
            <li key={id} className="flex items-start gap-2">
              <OutcomeIcon outcome={isLast ? toOutcome(status) : 'completed'} />
              <span className="min-w-0 flex-1 break-words">
                {message}
                {isLast && runs && progress !== undefined && progress < 1 && (
                  <progress
                    value={progress}
                    aria-label={message}
                    className="mt-1 block h-1 w-full"
                  />
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </details>
  );
}

function toOutcome(status: WorkflowSnapshot['status']): Outcome {
  return status === 'queued' || status === 'retrying' ? 'running' : status;
}
