const SMALLEST = 0.0001;
const dollars = { style: 'currency', currency: 'USD' } as const;
/** Always four digits, so that costs in a column can be compared. */
const cents = new Intl.NumberFormat('en', { ...dollars, minimumFractionDigits: 4 });
const large = new Intl.NumberFormat('en', dollars);
const counts = new Intl.NumberFormat('en');

/** In US dollars; an unknown cost is shown as unknown, never as nothing. */
export function formatCost(cost: number | null): string {
  if (cost === null) return 'cost unknown';
  if (cost > 0 && cost < SMALLEST) return `under ${cents.format(SMALLEST)}`;
  return cost === 0 || cost >= 1 ? large.format(cost) : cents.format(cost);
}

export function formatCount(count: number): string {
  return counts.format(count);
}
