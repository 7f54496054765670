import { MARK } from '@runtape/events';
import { type Drawing, LANE, MAX_OWN_LANES, QUIET } from '@runtape/workflow-state/tape';

/** The height of the drawing, in px. */
export const STRIP_HEIGHT = 64;
/** The space for ticks and marks above the flow. */
const MARKS_HEIGHT = 14;
const MAX_LANE_HEIGHT = 5;
/** The lanes share this height at most, so that the flow stays visible. */
const MAX_LANES_HEIGHT = 30;
const GAP = 2;
/** Half the width of the mark of an own event, in px. */
const DOT = 2.5;

export interface TapePaths {
  readonly flow: string;
  readonly steps: string;
  readonly tools: string;
  readonly warnings: string;
  readonly errors: string;
  readonly retries: string;
  readonly pauses: string;
  readonly quiets: string;
  /** The marks of the workflow's own events, by lane. */
  readonly own: readonly string[];
  readonly lanes: readonly { readonly runs: string; readonly failures: string }[];
}

/** Returns the paths of a tape: a fixed number of them, however long it is. */
export function tapePaths(drawing: Drawing, width: number): TapePaths {
  const { lengthMs, columnMs, marks, own, lanes } = drawing;
  const ownLanes = lanesOf(own);
  const count = ownLanes + lanes.length;
  const laneHeight = Math.min(MAX_LANE_HEIGHT, MAX_LANES_HEIGHT / count);
  const lanesHeight = count === 0 ? 0 : count * laneHeight + GAP;
  /** The middle of a lane, from the top. */
  const middleOf = (lane: number): number =>
    rounded(STRIP_HEIGHT - lanesHeight + GAP + lane * laneHeight + 2);
  const base = STRIP_HEIGHT - lanesHeight - 1;
  /** The start of a column, in px. */
  const at = (column: number): number =>
    rounded(Math.min(width, (column * columnMs * width) / Math.max(1, lengthMs)));
  const each = (mark: number, draw: (x: number) => string): string =>
    marks.map((bits, column) => ((bits & mark) === 0 ? '' : draw(at(column)))).join('');
  const bands = (mark: number): string =>
    findRuns(marks, (bits) => (bits & mark) !== 0)
      .map(([from, to]) => bandPath(at(from), Math.max(at(to), at(from) + 2), base))
      .join('');
  return {
    flow: flowPath(drawing, at, base),
    steps: each(MARK.step, (x) => `M${x} ${MARKS_HEIGHT}V${base}`),
    tools: each(MARK.tool, (x) => `M${x} 4V${MARKS_HEIGHT - 2}`),
    warnings: each(MARK.warning, (x) => `M${x} 2l4.5 8h-9z`),
    errors: each(MARK.error, (x) => `M${x - 3.5} 3l7 7m0 -7l-7 7`),
    retries: each(MARK.retry, (x) => `M${x} 0V${base}`),
    pauses: bands(MARK.pause),
    quiets: bands(QUIET),
    own: Array.from({ length: ownLanes }, (_, lane) => {
      const y = middleOf(lane);
      return own
        .map((bits, column) => ((bits & (1 << lane)) === 0 ? '' : dotPath(at(column), y)))
        .join('');
    }),
    lanes: lanes.map(({ columns }, index) => {
      const y = middleOf(ownLanes + index);
      const fails = columns.map((bits, column) =>
        (bits & LANE.fails) === 0 ? '' : `M${at(column) - 2} ${y - 2}l4 4m0 -4l-4 4`,
      );
      return { runs: lanePath(columns, at, y), failures: fails.join('') };
    }),
  };
}

function flowPath({ flow, peak }: Drawing, at: (column: number) => number, base: number): string {
  if (peak === 0) return '';
  const high = base - MARKS_HEIGHT;
  return findRuns(flow, (rate) => rate > 0)
    .map(([from, to]) => {
      const tops = flow
        .slice(from, to)
        .map((rate, n) => `L${at(from + n + 0.5)} ${rounded(base - (rate / peak) * high)}`);
      return `M${at(from)} ${base}${tops.join('')}L${at(to)} ${base}Z`;
    })
    .join('');
}

/** A line from the start to the end of an agent, with a notch at each restart. */
function lanePath(columns: readonly number[], at: (column: number) => number, y: number): string {
  return findRuns(columns, (bits) => (bits & LANE.runs) !== 0)
    .flatMap(([from, to]) => {
      const starts = columns
        .slice(from + 1, to)
        .flatMap((bits, n) => ((bits & LANE.starts) === 0 ? [] : [from + 1 + n]));
      const edges = [from, ...starts, to];
      return edges.slice(0, -1).map((edge, n) => {
        const left = at(edge);
        const right = at(edges[n + 1] ?? to) - (n < starts.length ? 1.5 : 0);
        return `M${left} ${y}H${Math.max(left + 1, right)}`;
      });
    })
    .join('');
}

/** A diamond around a point. */
function dotPath(x: number, y: number): string {
  return `M${x} ${y - DOT}l${DOT} ${DOT}l-${DOT} ${DOT}l-${DOT} -${DOT}z`;
}

/** The number of lanes that any column uses. */
function lanesOf(own: readonly number[]): number {
  const all = own.reduce((bits, column) => bits | column, 0);
  let lanes = MAX_OWN_LANES;
  while (lanes > 0 && (all & (1 << (lanes - 1))) === 0) lanes -= 1;
  return lanes;
}

function bandPath(from: number, to: number, base: number): string {
  return `M${from} ${MARKS_HEIGHT}H${to}V${base}H${from}Z`;
}

/** Returns the runs of matching columns, as `[first, after the last]`. */
function findRuns(
  columns: readonly number[],
  matches: (value: number) => boolean,
): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const [column, value] of columns.entries()) {
    if (!matches(value)) continue;
    const last = runs.at(-1);
    if (last?.[1] === column) last[1] = column + 1;
    else runs.push([column, column + 1]);
  }
  return runs;
}

function rounded(px: number): number {
  return Math.round(px * 10) / 10;
}
