import type { RunResult } from './run-faults.ts';
import type { Violation } from './check/violation.ts';
import { fieldOf } from './check/match-merged.ts';
import type { FinalLog, Records } from './records.ts';

const MAX_SHOWN = 40;

/** Formats the table of a run. */
export function formatReport(
  { records, verdict, workload, leftovers, crashes, troubles }: RunResult,
  {
    seed,
    store,
    minutes,
  }: { readonly seed: number; readonly store: string; readonly minutes: number },
): string {
  const { violations, deliveries, notices, silences } = verdict;
  const count = (...kinds: readonly string[]): number =>
    violations
      .filter(({ kind }) => kinds.includes(kind))
      .reduce((sum, { events }) => sum + events, 0);
  const rows: readonly (readonly [string, string | number])[] = [
    ['seed', seed],
    ['store', store],
    ['minutes', minutes],
    ['faults injected', records.faultWindows.length],
    ...tally(records.faultWindows.map(({ kind }) => `  ${kind}`)),
    ['workflows started', workload.starts.length],
    ['workflows ended', records.logs.length - count('no_end')],
    ...tally(records.logs.map((log) => `  ${endOf(log)}`)),
    ['paused and resumed', workload.pauses],
    ['attempts lost with a worker', notices.length],
    ['events appended', records.logs.reduce((sum, { entries }) => sum + entries.length, 0)],
    ['clients', records.histories.length],
    ['sessions', records.histories.reduce((sum, { sessions }) => sum + sessions.length, 0)],
    ['deliveries checked', deliveries],
    ['lost', count('lost', 'end_not_seen', 'premature_end')],
    ['doubled', count('doubled')],
    ['out of order', count('out_of_order')],
    ['altered or merged wrongly', count('altered', 'not_in_log', 'merged_across_parts')],
    ['snapshots instead of history', messagesIn(records, 'workflow:state')],
    ['resets', messagesIn(records, 'reset')],
    ['needless or wrong resets', count('needless_reset', 'wrong_snapshot')],
    ['spliced without a reset', count('spliced', 'two_events')],
    ['terminal violations', count('no_end', 'not_one_end')],
    [
      'other violations of the log',
      count('hole_in_log', 'wrong_start', 'step_twice', 'overtaken_append'),
    ],
    ['started twice', count('started_twice')],
    ['refused', count('refused') + workload.refusals.length],
    [
      'longest time until a dead worker was noticed',
      `${longest(notices.map(({ afterMs }) => afterMs))} ms`,
    ],
    ['noticed too late', count('late_notice')],
    ['longest silence of a workflow', `${longest(silences.map(({ ms }) => ms))} ms`],
    ['stalled', count('stalled')],
    ['crashes', crashes.length],
    ['leftovers', leftovers.length],
    ...(troubles.length === 0
      ? []
      : [['ended early', 'the table covers only what was recorded until then'] as const]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** The problems of a run, one per line. */
export function listProblems({
  verdict,
  workload,
  leftovers,
  crashes,
  troubles,
}: RunResult): readonly string[] {
  const problems = [
    ...troubles.map((trouble) => `ended early: ${trouble}`),
    ...crashes.map((crash) => `crashed: ${crash}`),
    ...listViolations(verdict.violations),
    ...workload.refusals.map((refusal) => `refused: ${refusal}`),
    ...leftovers.map((leftover) => `left over: ${leftover}`),
  ];
  const more = problems.length - MAX_SHOWN;
  return more > 0 ? [...problems.slice(0, MAX_SHOWN), `… and ${more} more`] : problems;
}

/** Lists identical problems of one client only once. */
function listViolations(violations: readonly Violation[]): readonly string[] {
  const groups = Map.groupBy(
    violations,
    ({ kind, workflowId, where }) => `${kind}: ${workflowId}, ${where}`,
  );
  return [...groups].map(([name, [first, ...more]]) => {
    const times = more.length === 0 ? '' : `, and ${more.length} times more`;
    return `${name}: ${first?.detail ?? ''}${times}`;
  });
}

/** How many messages of a type all clients received. */
function messagesIn({ histories }: Records, type: string): number {
  const frames = histories.flatMap(({ sessions }) => sessions.flatMap((one) => one.frames));
  return frames.filter(({ message }) => fieldOf(message, 'type') === type).length;
}

function endOf({ entries }: FinalLog): string {
  const event = entries.at(-1)?.event;
  if (event?.type === 'workflow:failed') return `failed: ${event.data.error.code}`;
  return event?.type.replace('workflow:', '') ?? 'empty';
}

function tally(names: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b));
}

function longest(values: readonly number[]): number {
  return Math.max(0, ...values);
}
