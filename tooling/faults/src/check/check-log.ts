import type { Entry } from '@runtape/event-log';
import { isTerminal, parseEventId } from '@runtape/events';
import type { FinalLog } from '../records.ts';
import type { Finding } from './check-session.ts';

/** Checks what must hold for every final log, regardless of its readers. */
export function checkLog({ entries }: FinalLog): readonly Finding[] {
  return [
    ...holes(entries),
    ...wrongStart(entries),
    ...wrongEnd(entries),
    ...stepsTwice(entries),
    ...overtakenAppends(entries),
  ];
}

function holes(entries: readonly Entry[]): readonly Finding[] {
  const incarnation = parseEventId(entries[0]?.id ?? '')?.incarnation;
  return entries.flatMap(({ id, seq }, index) => {
    const parts = parseEventId(id);
    const fits =
      parts?.incarnation === incarnation && parts?.seq === index + 1 && seq === index + 1;
    return fits ? [] : [finding('hole_in_log', `entry ${index + 1} is ${id}`)];
  });
}

function wrongStart(entries: readonly Entry[]): readonly Finding[] {
  const starts = entries.filter(({ event }) => event.type === 'workflow:started');
  if (starts.length === 1 && starts[0] === entries[0]) return [];
  // A workflow that was cancelled before a worker started it may end without a start.
  const [first] = entries;
  if (starts.length === 0 && entries.length === 1 && first && isTerminal(first.event)) return [];
  return [finding('wrong_start', `workflow:started at ${idsOf(starts)}`)];
}

function wrongEnd(entries: readonly Entry[]): readonly Finding[] {
  const ends = entries.filter(({ event }) => isTerminal(event));
  if (ends.length === 0) return [finding('no_end', `the log stops at ${entries.length}`)];
  if (ends.length === 1 && ends[0] === entries.at(-1)) return [];
  return [finding('not_one_end', `ends at ${idsOf(ends)}, and the last is ${entries.at(-1)?.id}`)];
}

function stepsTwice(entries: readonly Entry[]): readonly Finding[] {
  const kept = new Set<string>();
  return entries.flatMap(({ id, event }) => {
    if (event.type !== 'step:completed') return [];
    const { step } = event.data;
    if (kept.has(step)) return [finding('step_twice', `${step} completes again at ${id}`)];
    kept.add(step);
    return [];
  });
}

function overtakenAppends(entries: readonly Entry[]): readonly Finding[] {
  let newest = 0;
  return entries.flatMap(({ id, event }) => {
    const attempt = event.metadata?.attempt ?? newest;
    if (attempt < newest) {
      return [finding('overtaken_append', `${id} is of attempt ${attempt}, after ${newest}`)];
    }
    newest = attempt;
    return [];
  });
}

function idsOf(entries: readonly Entry[]): string {
  return entries.length === 0 ? 'no entry' : entries.map(({ id }) => id).join(', ');
}

function finding(kind: Finding['kind'], detail: string): Finding {
  return { kind, detail, events: 1 };
}
