const MIN_SHOWN_COST = 0.0001;
const dollars = { style: 'currency', currency: 'USD' } as const;
/** Always four decimals, so that costs in a column can be compared. */
const cents = new Intl.NumberFormat('en', { ...dollars, minimumFractionDigits: 4 });
const large = new Intl.NumberFormat('en', dollars);
const counts = new Intl.NumberFormat('en');

/** A cost in US dollars; `null` for an unknown one. */
export function formatCost(cost: number | null): string {
  if (cost === null) return 'cost unknown';
  if (cost > 0 && cost < MIN_SHOWN_COST) return `under ${cents.format(MIN_SHOWN_COST)}`;
  return cost === 0 || cost >= 1 ? large.format(cost) : cents.format(cost);
}

export function formatCount(count: number): string {
  return counts.format(count);
}

const averages = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export function formatAverage(average: number): string {
  return averages.format(average);
}

/** Rounded down, so that 100 % means all. */
export function formatPercent(percent: number): string {
  return `${averages.format(Math.floor(percent * 10) / 10)}\u00a0%`;
}
