const averages = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const times = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false });

/** Of 0 to 100; 100 % is said only when it is. */
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

/** Day and time of day, to the minute. */
export function formatMinute(at: number): string {
  return moments.format(at);
}

/** The time of day, to the minute. */
export function formatTime(at: number): string {
  return times.format(at);
}
