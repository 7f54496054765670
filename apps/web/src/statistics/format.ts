const averages = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const times = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false });

/** Rounded down, so that 100 % means all. */
export function formatPercent(percent: number): string {
  return `${averages.format(Math.floor(percent * 10) / 10)}\u00a0%`;
}

export function formatAverage(average: number): string {
  return averages.format(average);
}

const moments = new Intl.DateTimeFormat('en', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});

export function formatMinute(at: number): string {
  return moments.format(at);
}

export function formatTime(at: number): string {
  return times.format(at);
}
