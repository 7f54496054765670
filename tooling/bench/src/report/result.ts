import type { Goal, Table } from '../bench.ts';
import { median } from '../measure/statistics.ts';

/** One line of the JSON that `--json` prints. */
export interface Result {
  readonly bench: string;
  /** The conditions and the target. */
  readonly name: string;
  /** The median of all rounds. */
  readonly value: number;
  readonly unit: string;
  /** The median of the limit in the same rounds; `null` if there is none. */
  readonly limit: number | null;
  /** The median of `value` divided by `limit` in each round. */
  readonly ratio: number | null;
  /** As text, such as `≥ 0.95 × limit`; `null` if there is none. */
  readonly goal: string | null;
  /** Whether the goal is reached; `null` if there is none. */
  readonly ok: boolean | null;
}

/** A result with additional fields for reports. */
export interface DetailedResult extends Result {
  /** The name of the row in its table. */
  readonly row: string;
  readonly isOurs: boolean;
  /** The goal in the unit of the table; `null` if there is none. */
  readonly goalValue: number | null;
  /** The lowest and the highest value of the rounds. */
  readonly spread: readonly [number, number];
}

/** A table with summarized rounds. */
export interface Summary extends Omit<Table, 'rows' | 'better'> {
  readonly bench: string;
  readonly better: 'more' | 'less';
  /** The number of rounds behind the medians. */
  readonly rounds: number;
  readonly results: readonly DetailedResult[];
}

/** Summarizes the rounds of a table. */
export function summarize(bench: string, table: Table): Summary {
  const { rows, better = 'less', ...rest } = table;
  const limitRow = rows.find(({ name }) => name === table.limit);
  const results = rows.map(({ name, values, goal, isOurs = true }): DetailedResult => {
    const ratios = values.map((value, round) => value / (limitRow?.values[round] ?? Number.NaN));
    const value = rounded(median(values));
    const ratio = limitRow === undefined ? null : rounded(median(ratios));
    return {
      bench,
      name: `${table.title}: ${name}`,
      value,
      unit: table.unit,
      limit: limitRow === undefined ? null : rounded(median(limitRow.values)),
      ratio,
      goal: goal === undefined ? null : describeGoal(goal, better, table.unit),
      ok: goal === undefined ? null : isReached(goal, better, { value, ratio }),
      row: name,
      goalValue: goal === undefined ? null : goalValueOf(goal, limitRow),
      isOurs,
      spread: [rounded(Math.min(...values)), rounded(Math.max(...values))],
    };
  });
  const counted = Math.max(0, ...rows.map(({ values }) => values.length));
  return { ...rest, better, bench, rounds: counted, results };
}

function goalValueOf(goal: Goal, limitRow: Table['rows'][number] | undefined): number {
  if ('value' in goal) return goal.value;
  return rounded(goal.ratio * median(limitRow?.values ?? []));
}

function describeGoal(goal: Goal, better: Summary['better'], unit: string): string {
  const sign = better === 'more' ? '≥' : '≤';
  return 'ratio' in goal
    ? `${sign} ${goal.ratio} × limit`
    : `${sign} ${goal.value.toLocaleString('en')} ${unit}`;
}

function isReached(
  goal: Goal,
  better: Summary['better'],
  { value, ratio }: Pick<Result, 'value' | 'ratio'>,
): boolean {
  const [is, should] = 'ratio' in goal ? [ratio, goal.ratio] : [value, goal.value];
  if (is === null) return false;
  return better === 'more' ? is >= should : is <= should;
}

/** Rounds to four significant digits: no measurement is more precise. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
