import type { AgentState, WorkflowSnapshot } from '@runtape/events';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

const PERCENT = 100;
const dollars = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 4,
});
const counts = new Intl.NumberFormat('en');

/** What a workflow may spend, and has. */
export interface BudgetUse {
  readonly unit: 'usd' | 'tokens';
  readonly limit: number;
  /** `null`: not known, for instance because the model has no price. */
  readonly spent: number | null;
}

export interface BudgetBarProps extends BudgetUse {
  readonly className?: string | undefined;
}

/** How much of a budget is spent; from 80 % on it warns, in words and not by colour alone. */
export function BudgetBar({ unit, spent, limit, className }: BudgetBarProps): ReactNode {
  const share = spent === null ? 0 : spent / limit;
  const { word, color } = levelOf(spent, share);
  const text = `${spent === null ? 'Unknown' : amount(spent, unit)} of ${amount(limit, unit)}`;
  return (
    <div className={classes('text-xs', className)}>
      <div className="flex justify-between gap-3 tabular-nums">
        <span>Budget</span>
        <span>
          {text}
          {word !== '' && <strong className="ml-2 font-medium">{word}</strong>}
        </span>
      </div>
      <meter
        className="sr-only"
        aria-label="Budget spent"
        max={limit}
        value={Math.min(spent ?? 0, limit)}
        aria-valuetext={word === '' ? text : `${text}, ${word}`}
      />
      <div aria-hidden className="mt-1 h-1.5 overflow-hidden rounded-full bg-neutral-500/20">
        <div
          className={classes('h-full rounded-full motion-safe:transition-[width]', color)}
          style={{ width: `${Math.min(share, 1) * PERCENT}%` }}
        />
      </div>
    </div>
  );
}

/**
 * What a workflow has used of its budget. Its events tell of it from 80 % on, and what its agents have spent since is added.
 * @returns `null` before that.
 */
export function budgetOf(workflow: SpendingWorkflow): BudgetUse | null {
  if (workflow.budget === null) return null;
  const { unit, spent, limit } = workflow.budget;
  return { unit, spent: Math.max(spent, spentSince(workflow, unit)), limit };
}

type SpendingWorkflow = Pick<WorkflowSnapshot, 'budget' | 'agents' | 'usage' | 'cost'>;

/** All of it, as far as it is known; more than the budget event said when that is some time ago. */
function spentSince({ agents, cost, usage }: SpendingWorkflow, unit: BudgetUse['unit']): number {
  const sum = (each: (agent: AgentState) => number): number =>
    agents.reduce((total, agent) => total + each(agent), 0);
  return unit === 'usd'
    ? (cost ?? sum((agent) => agent.cost ?? 0))
    : (usage?.totalTokens ?? sum((agent) => agent.usage?.totalTokens ?? 0));
}

function levelOf(spent: number | null, share: number): { word: string; color: string } {
  if (spent === null) return { word: 'Its price is not known', color: '' };
  if (share >= 1) return { word: 'Used up', color: 'bg-red-600 dark:bg-red-400' };
  if (share >= 0.8) return { word: 'Nearly used up', color: 'bg-amber-600 dark:bg-amber-400' };
  return { word: '', color: 'bg-emerald-600 dark:bg-emerald-400' };
}

function amount(value: number, unit: BudgetUse['unit']): string {
  return unit === 'usd' ? dollars.format(value) : `${counts.format(value)} tokens`;
}
