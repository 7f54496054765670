import type { StatusLine, ToolCallState, WorkflowSnapshot } from '@runtape/events';
import type { ReactNode } from 'react';
import { formatClock } from '../format/time.ts';
import { AgentSteps } from './agent-steps.tsx';
import { BudgetBar } from './budget-bar.tsx';
import { ToolCall } from './tool-call.tsx';

type Item =
  | { readonly at: string; readonly status: StatusLine }
  | { readonly at: string; readonly tool: ToolCallState };

/** Who is at work, what it has cost, and what happened, in order: stages and tool calls. */
export function ActivityTab(props: {
  readonly workflow: WorkflowSnapshot;
  readonly isNow: boolean;
  readonly lanes: readonly string[];
}): ReactNode {
  const { workflow, isNow, lanes } = props;
  const items = inOrder(workflow);
  if (items.length === 0 && workflow.agents.length === 0) {
    return <p className="text-sm text-muted-foreground">Nothing has happened yet.</p>;
  }
  return (
    <div className="space-y-5">
      <BudgetBar workflow={workflow} />
      <AgentSteps workflow={workflow} isNow={isNow} lanes={lanes} />
      <Items items={items} />
    </div>
  );
}

function Items({ items }: { readonly items: readonly Item[] }): ReactNode {
  return (
    <ol className="space-y-3">
      {items.map((item) => (
        <li
          key={'tool' in item ? item.tool.callId : item.status.id}
          className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-2 text-sm"
        >
          <time dateTime={item.at} className="font-mono text-xs leading-5 text-muted-foreground">
            {formatClock(Date.parse(item.at))}
          </time>
          {'tool' in item ? <ToolCall call={item.tool} /> : <Stage line={item.status} />}
        </li>
      ))}
    </ol>
  );
}

function Stage({ line }: { readonly line: StatusLine }): ReactNode {
  return (
    <div>
      <p>{line.message}</p>
      {line.progress !== undefined && line.progress < 1 && (
        <progress
          value={line.progress}
          aria-label={line.message}
          className="h-1 w-full accent-primary"
        />
      )}
    </div>
  );
}

/** Both lists are in order already; equal times keep stages before tools. */
function inOrder({ statuses, tools }: WorkflowSnapshot): readonly Item[] {
  const items: Item[] = [
    ...statuses.map((status) => ({ at: status.at, status })),
    ...tools.map((tool) => ({ at: tool.startedAt, tool })),
  ];
  return items.sort((a, b) => a.at.localeCompare(b.at));
}
