import type { ReactNode } from 'react';
import type { BudgetUse } from '../budget-of.ts';
import { classes } from './classes.ts';

const PERCENT = 100;
const dollars = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 4,
});
const counts = new Intl.NumberFormat('en');

export interface BudgetBarProps extends BudgetUse {
  readonly className?: string | undefined;
}

/** Shows how much of a budget is spent. From 80 % on it warns in words, not by colour alone. */
export function BudgetBar({
  unit,
  spent,
  limit,
  isAtLeast = false,
  className,
}: BudgetBarProps): ReactNode {
  const share = spent === null ? 0 : spent / limit;
  const { word, color } = levelOf(spent, share);
  const known = spent === null ? 'Unknown' : amount(spent, unit);
  const text = `${isAtLeast ? `At least ${known}` : known} of ${amount(limit, unit)}`;
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

function levelOf(spent: number | null, share: number): { word: string; color: string } {
  if (spent === null) return { word: 'Its price is not known', color: '' };
  if (share >= 1) return { word: 'Used up', color: 'bg-red-600 dark:bg-red-400' };
  if (share >= 0.8) return { word: 'Nearly used up', color: 'bg-amber-600 dark:bg-amber-400' };
  return { word: '', color: 'bg-emerald-600 dark:bg-emerald-400' };
}

function amount(value: number, unit: BudgetUse['unit']): string {
  return unit === 'usd' ? dollars.format(value) : `${counts.format(value)} tokens`;
}
