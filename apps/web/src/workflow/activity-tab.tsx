import type { WorkflowSnapshot } from '@runtape/events';
import { BudgetBar, budgetOf, WorkflowTimeline } from '@runtape/react';
import type { ReactNode } from 'react';
import { AgentSteps } from './agent-steps.tsx';

/** Who is at work, what it has cost, and what happened, in order: stages and tool calls. */
export function ActivityTab(props: {
  readonly workflow: WorkflowSnapshot;
  readonly isNow: boolean;
  readonly lanes: readonly string[];
}): ReactNode {
  const { workflow, isNow, lanes } = props;
  const { statuses, tools, agents } = workflow;
  const budget = budgetOf(workflow);
  return (
    <div className="space-y-5">
      {budget !== null && <BudgetBar {...budget} className="text-sm" />}
      <AgentSteps workflow={workflow} isNow={isNow} lanes={lanes} />
      {(statuses.length > 0 || tools.length > 0 || agents.length === 0) && (
        <WorkflowTimeline workflow={{ statuses, tools, agents: [] }} />
      )}
    </div>
  );
}
