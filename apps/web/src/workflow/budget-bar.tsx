import type { WorkflowSnapshot } from '@runtape/events';
import type { ReactNode } from 'react';
import { formatCost, formatCount } from '../format/money.ts';
import { cn } from '../ui/class-names.ts';

/** How much of the budget is spent, once the workflow has said so. */
export function BudgetBar({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const { budget } = workflow;
  if (budget === null) return null;
  const { unit, limit } = budget;
  const spent = Math.max(budget.spent, sinceThen(workflow, unit));
  const format = unit === 'usd' ? formatCost : formatCount;
  const isOver = budget.state === 'exceeded';
  return (
    <div className="space-y-1.5 text-sm">
      <p className="flex flex-wrap justify-between gap-x-3 tabular-nums">
        <span className={cn('font-medium', isOver ? 'text-bad' : 'text-warn')}>
          {isOver ? 'The budget is spent' : 'Most of the budget is spent'}
        </span>
        <span className="text-muted-foreground">
          {format(spent)} of {format(limit)}
          {unit === 'tokens' && ' tokens'}
        </span>
      </p>
      <meter
        aria-label="Budget"
        min={0}
        max={limit}
        value={Math.min(spent, limit)}
        className={cn('block h-1.5 w-full', isOver ? 'text-bad' : 'text-warn')}
      >
        {Math.round((spent / limit) * 100)} %
      </meter>
    </div>
  );
}

/** What the agents have spent; more than the budget event said when it is some time ago. */
function sinceThen({ agents, cost, usage }: WorkflowSnapshot, unit: 'usd' | 'tokens'): number {
  if (unit === 'usd') return cost ?? agents.reduce((sum, agent) => sum + (agent.cost ?? 0), 0);
  return (
    usage?.totalTokens ?? agents.reduce((sum, agent) => sum + (agent.usage?.totalTokens ?? 0), 0)
  );
}
