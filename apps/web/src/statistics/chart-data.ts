import type { Outputs } from '@runtape/contract';

export type Report = Outputs['statistics'];

const BIN_MS = 5 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** The streams of an interval of five minutes. */
export interface Point {
  /** The start of the interval, in ms since 1970. */
  readonly at: number;
  readonly opened: number;
  readonly completed: number;
  readonly left: number;
  readonly failed: number;
  /** The percentage of ended streams that did not fail; `null` when none ended. */
  readonly success: number | null;
  /** The average duration in seconds; `null` when none ended. */
  readonly seconds: number | null;
  readonly events: number | null;
}

/** All intervals of the last day, or since the server started, oldest first. */
export function chartPoints({ bins, since }: Pick<Report, 'bins' | 'since'>, now: number): Point[] {
  const last = Math.floor(now / BIN_MS) * BIN_MS;
  const from = Math.max(now - DAY_MS + BIN_MS, Math.min(since, now));
  const first = Math.floor(from / BIN_MS) * BIN_MS;
  const byTime = new Map(bins.map((bin) => [bin.at, bin]));
  return Array.from({ length: (last - first) / BIN_MS + 1 }, (_, index) => {
    const at = first + index * BIN_MS;
    return toPoint(at, byTime.get(at));
  });
}

/** The intervals with at least one stream, for a table. */
export function busyPoints(points: readonly Point[]): Point[] {
  return points.filter(({ opened, success }) => opened > 0 || success !== null);
}

function toPoint(at: number, bin: Report['bins'][number] | undefined): Point {
  const { opened = 0, completed = 0, left = 0, failed = 0 } = bin ?? {};
  const ended = completed + left + failed;
  const perStream = (sum: number): number | null => (ended === 0 ? null : sum / ended);
  return {
    at,
    opened,
    completed,
    left,
    failed,
    success: perStream((completed + left) * 100),
    seconds: perStream((bin?.durationMs ?? 0) / 1000),
    events: perStream(bin?.events ?? 0),
  };
}
