const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const absolute = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

const steps = [
  { unit: 'second', ms: 1000, below: 60_000 },
  { unit: 'minute', ms: 60_000, below: 3_600_000 },
  { unit: 'hour', ms: 3_600_000, below: 86_400_000 },
] as const;

/** The time since a moment: `now`, `5 min. ago`, `yesterday`. */
export function formatAgo(at: number, now: number): string {
  const ago = Math.max(0, now - at);
  const step = steps.find(({ below }) => ago < below);
  if (step === undefined) return relative.format(-Math.floor(ago / 86_400_000), 'day');
  return relative.format(-Math.floor(ago / step.ms), step.unit);
}

/** Date and time in the reader's time zone. */
export function formatMoment(at: number): string {
  return absolute.format(at);
}

const hourAndMinute = { hour: '2-digit', minute: '2-digit', hour12: false } as const;
const clock = new Intl.DateTimeFormat('en', { ...hourAndMinute, second: '2-digit' });
const times = new Intl.DateTimeFormat('en', hourAndMinute);
const days = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', ...hourAndMinute });

/** The time of day: `12:04:07`. */
export function formatClock(at: number): string {
  return clock.format(at);
}

/** The time of day without seconds: `12:04`. */
export function formatTime(at: number): string {
  return times.format(at);
}

/** The day and time: `Nov 2, 12:04`. */
export function formatDayAndTime(at: number): string {
  return days.format(at);
}
