import type { WorkflowSnapshot } from '@runtape/events';
import { BudgetBar, budgetOf, WorkflowTimeline } from '@runtape/react';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { formatCount } from '../format/money.ts';
import { AgentSteps } from './agent-steps.tsx';
import { ToolCalls } from './tool-calls.tsx';

export function ActivityTab(props: {
  readonly workflow: WorkflowSnapshot;
  readonly isNow: boolean;
  readonly lanes: readonly string[];
}): ReactNode {
  const { workflow, isNow, lanes } = props;
  const { status, statuses, tools, agents } = workflow;
  const budget = budgetOf(workflow);
  const isEmpty = statuses.length === 0 && tools.length === 0 && agents.length === 0;
  return (
    <div className="space-y-6">
      {budget !== null && <BudgetBar {...budget} className="text-sm" />}
      {agents.length > 0 && (
        <Part title="Agents">
          <AgentSteps workflow={workflow} isNow={isNow} lanes={lanes} />
        </Part>
      )}
      {statuses.length > 0 && (
        <Part title="Stages">
          <WorkflowTimeline workflow={{ status, statuses, tools: [], agents: [] }} label="Stages" />
        </Part>
      )}
      {tools.length > 0 && (
        <details open className="group/tools">
          <summary className="mb-3 flex w-fit list-none items-center gap-1 rounded-sm text-xs font-medium text-muted-foreground select-none hover:text-foreground">
            <ChevronRight
              aria-hidden
              className="-ml-1 size-4 transition-transform group-open/tools:rotate-90"
            />
            Tool calls · {formatCount(tools.length)}
          </summary>
          <ToolCalls tools={tools} />
        </details>
      )}
      {isEmpty && <WorkflowTimeline workflow={workflow} />}
    </div>
  );
}

function Part(props: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-3 text-xs font-medium text-muted-foreground">
        {props.title}
      </h3>
      {props.children}
    </section>
  );
}
