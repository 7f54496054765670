const small = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 4,
});
const counts = new Intl.NumberFormat('en');

/** US dollars; a cost that is not known is shown as unknown, never as nothing. */
export function formatCost(cost: number | null): string {
  return cost === null ? 'cost unknown' : small.format(cost);
}

export function formatCount(count: number): string {
  return counts.format(count);
}
