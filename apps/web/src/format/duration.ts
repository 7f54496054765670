const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A duration such as `0.8 s`, `42 s`, `3 m 07 s`, `2 h 05 m`, rounded down. */
export function formatDuration(ms: number): string {
  if (ms < 10 * SECOND) return `${(Math.floor(Math.max(0, ms) / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} m ${pad(ms % MINUTE, SECOND)} s`;
  return `${Math.floor(ms / HOUR)} h ${pad(ms % HOUR, MINUTE)} m`;
}

/** A time since a start: `0:07.042`, `1:02:07.042`. */
export function formatOffset(ms: number): string {
  const rest = Math.max(0, ms);
  const seconds = `${pad(rest % MINUTE, SECOND)}.${String(Math.floor(rest % SECOND)).padStart(3, '0')}`;
  if (rest < HOUR) return `${Math.floor(rest / MINUTE)}:${seconds}`;
  return `${Math.floor(rest / HOUR)}:${pad(rest % HOUR, MINUTE)}:${seconds}`;
}

function pad(ms: number, unit: number): string {
  return String(Math.floor(ms / unit)).padStart(2, '0');
}
