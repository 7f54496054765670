import type { FinalLog, FaultWindow, Records } from '../records.ts';
import { coveredMs, isTimeUncertain } from './covered-ms.ts';
import type { Violation } from './violation.ts';

/** Two neighbouring events of a log, and the time between them. */
export interface Silence {
  readonly workflowId: string;
  readonly ms: number;
  /** The part of that time during which something was broken. */
  readonly brokenMs: number;
  readonly after: string;
}

/** The longest silence of each log. Ignores times at which a clock was wrong. */
export function findSilences({ logs, faultWindows }: Records): readonly Silence[] {
  return logs.flatMap((log) => longestSilence(log, faultWindows) ?? []);
}

/** @param boundMs the longest allowed silence while nothing is broken. */
export function checkSilences(silences: readonly Silence[], boundMs: number): readonly Violation[] {
  return silences.flatMap(({ workflowId, ms, brokenMs, after }) => {
    if (ms - brokenMs <= boundMs) return [];
    const detail = `emitted no event for ${ms} ms after ${after} (${brokenMs} ms of that are explained by faults)`;
    return [{ kind: 'stalled', workflowId, where: 'log', events: 1, detail } as const];
  });
}

function longestSilence(
  { workflowId, entries }: FinalLog,
  faultWindows: readonly FaultWindow[],
): Silence | null {
  let longest: Silence | null = null;
  for (const [index, { id, event }] of entries.entries()) {
    const next = entries[index + 1];
    if (next === undefined) break;
    const [from, to] = [Date.parse(event.timestamp), Date.parse(next.event.timestamp)];
    const isUncertain = [from, to].some((time) => isTimeUncertain(faultWindows, time));
    const brokenMs = coveredMs(faultWindows, from, to);
    if (isUncertain || to - from - brokenMs <= excessOf(longest)) continue;
    longest = { workflowId, ms: to - from, brokenMs, after: id };
  }
  return longest;
}

function excessOf(silence: Silence | null): number {
  return silence === null ? 0 : silence.ms - silence.brokenMs;
}
