const SMALLEST = 0.0001;
const small = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 4,
});
const counts = new Intl.NumberFormat('en');

/** US dollars; a cost that is not known is shown as unknown, never as nothing. */
export function formatCost(cost: number | null): string {
  if (cost === null) return 'cost unknown';
  return cost > 0 && cost < SMALLEST ? `under ${small.format(SMALLEST)}` : small.format(cost);
}

export function formatCount(count: number): string {
  return counts.format(count);
}
