import type { WorkflowSnapshot } from '@runtape/events';
import { BudgetBar, budgetOf, WorkflowTimeline } from '@runtape/react';
import { type ReactNode, useId } from 'react';
import { formatCount } from '../format/numbers.ts';
import { Summary } from '../ui/summary.tsx';
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
        <Section title="Agents">
          <AgentSteps workflow={workflow} isNow={isNow} lanes={lanes} />
        </Section>
      )}
      {statuses.length > 0 && (
        <Section title="Stages">
          <WorkflowTimeline workflow={{ status, statuses, tools: [], agents: [] }} label="Stages" />
        </Section>
      )}
      {tools.length > 0 && (
        <details open>
          <Summary className="mb-3 -ml-1 text-xs font-medium">
            Tool calls · {formatCount(tools.length)}
          </Summary>
          <ToolCalls tools={tools} />
        </details>
      )}
      {isEmpty && <WorkflowTimeline workflow={workflow} />}
    </div>
  );
}

function Section(props: { readonly title: string; readonly children: ReactNode }): ReactNode {
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
