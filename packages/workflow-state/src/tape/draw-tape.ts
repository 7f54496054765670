import type { TerminalType } from '@runtape/events';
import type { Bins } from './bins.ts';
import type { Lane } from './lanes.ts';

/** The rate is smoothed over this time, in ms, because faster changes are not visible. */
const SMOOTHED_MS = 250;
const MAX_SMOOTHED_COLUMNS = 12;

/** A tape as columns of equal length, ready to be drawn at any width. */
export interface Drawing {
  readonly lengthMs: number;
  /** The last column may reach beyond the end. */
  readonly columnMs: number;
  /** Tokens per second, by column. */
  readonly flow: readonly number[];
  /** The highest rate of all columns. */
  readonly peak: number;
  /** The `MARK` and `QUIET` bits of each column. */
  readonly marks: readonly number[];
  /** The custom event types of each column: a bit for each of `MAX_OWN_LANES`. */
  readonly own: readonly number[];
  /**
   * The lanes, one per role, in the order in which the roles first started; `LANE` bits by column.
   */
  readonly lanes: readonly (Lane & { readonly columns: readonly number[] })[];
  /** How the workflow ended; `null` if it has not. */
  readonly end: TerminalType | null;
}

export interface DrawOptions {
  readonly lengthMs: number;
  readonly lanes: readonly Lane[];
  readonly end: TerminalType | null;
  readonly maxColumns: number;
}

export function drawTape(bins: Bins, { lengthMs, lanes, end, maxColumns }: DrawOptions): Drawing {
  const count = bins.countOf(lengthMs);
  const each = Math.max(1, Math.ceil(count / maxColumns));
  const columnMs = each * bins.binMs;
  const columns = <Value>(join: (from: number, to: number) => Value): Value[] =>
    Array.from({ length: Math.ceil(count / each) }, (_, column) =>
      join(column * each, Math.min(count, (column + 1) * each)),
    );
  const bits = (of: (bin: number) => number): number[] =>
    columns((from, to) => over(from, to, of, (a, b) => a | b));
  const tokens = columns((from, to) => over(from, to, (bin) => bins.tokensIn(bin), add));
  const flow = smooth(tokens, columnMs).map((mean) => (mean * 1000) / columnMs);
  return {
    lengthMs,
    columnMs,
    flow,
    peak: flow.reduce((most, rate) => Math.max(most, rate), 0),
    marks: bits((bin) => bins.marksIn(bin)),
    own: bits((bin) => bins.ownIn(bin)),
    lanes: lanes.map((lane, index) => ({
      ...lane,
      columns: bits((bin) => bins.laneIn(index, bin)),
    })),
    end,
  };
}

function over(
  from: number,
  to: number,
  of: (bin: number) => number,
  join: (a: number, b: number) => number,
): number {
  let joined = 0;
  for (let bin = from; bin < to; bin += 1) joined = join(joined, of(bin));
  return joined;
}

/**
 * Averages neighbouring values, so that occasional tokens are drawn as a curve and not as spikes.
 */
function smooth(values: readonly number[], columnMs: number): number[] {
  const radius = Math.min(MAX_SMOOTHED_COLUMNS, Math.round(SMOOTHED_MS / columnMs));
  return values.map((_, index) => {
    const from = Math.max(0, index - radius);
    const near = values.slice(from, index + radius + 1);
    return near.reduce(add, 0) / near.length;
  });
}

function add(a: number, b: number): number {
  return a + b;
}
