import type { WorkflowSnapshot } from '@runtape/events';
import { BudgetBar, budgetOf, WorkflowTimeline } from '@runtape/react';
import { type ReactNode, useId } from 'react';
import { formatCount } from '../format/numbers.ts';
import { Summary } from '../ui/summary.tsx';
import { AgentSteps } from './agent-steps.tsx';
import { OwnEvents } from './own/own-events.tsx';
import { ToolCalls } from './tool-calls.tsx';

export function ActivityTab(props: {
  readonly workflow: WorkflowSnapshot;
  readonly isNow: boolean;
  readonly lanes: readonly string[];
  readonly ownTypes: readonly string[];
}): ReactNode {
  const { workflow, isNow, lanes, ownTypes } = props;
  const { status, statuses, tools, agents, custom } = workflow;
  const hasOwn = Object.keys(custom).length > 0;
  const budget = budgetOf(workflow);
  const isEmpty = statuses.length + tools.length + agents.length === 0 && !hasOwn;
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
      {hasOwn && (
        <Section title="Events of this workflow">
          <OwnEvents custom={custom} ownTypes={ownTypes} />
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
