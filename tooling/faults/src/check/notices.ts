import type { FinalLog, Records } from '../records.ts';
import { coveredMs, isTimeUncertain } from './covered-ms.ts';
import type { Violation } from './violation.ts';

/** The time between the death of a worker and its report in a workflow's log. */
export interface Notice {
  readonly workflowId: string;
  readonly afterMs: number;
  /** The part of that time during which something else was broken as well. */
  readonly otherwiseBrokenMs: number;
}

/** Faults that end the process that runs a workflow. */
const DEADLY = new Set(['worker-kill', 'server-kill']);
const LOST = 'worker_lost';

/**
 * Finds the workflows that lost a worker, and the time until `workflow:retrying` or
 * `workflow:failed` reported it. Ignores times that may come from a clock that was ahead.
 */
export function findNotices({ logs, faultWindows }: Records): readonly Notice[] {
  const deaths = faultWindows.filter(({ kind }) => DEADLY.has(kind));
  return logs.flatMap((log) =>
    lostAttempts(log).flatMap(({ lastSignOfLife, noticedAt }) => {
      const times = [lastSignOfLife, noticedAt];
      if (times.some((time) => isTimeUncertain(faultWindows, time))) return [];
      const death = deaths.find(({ from }) => from >= lastSignOfLife && from <= noticedAt);
      if (death === undefined) return [];
      const others = faultWindows.filter((faultWindow) => faultWindow !== death);
      const otherwiseBrokenMs = coveredMs(others, death.from, noticedAt);
      const afterMs = noticedAt - death.from;
      return [{ workflowId: log.workflowId, afterMs, otherwiseBrokenMs }];
    }),
  );
}

/** @param boundMs the time within which a death must be reported while nothing else is broken. */
export function checkNotices(notices: readonly Notice[], boundMs: number): readonly Violation[] {
  return notices.flatMap(({ workflowId, afterMs, otherwiseBrokenMs }) => {
    if (afterMs - otherwiseBrokenMs <= boundMs) return [];
    const detail = `the loss of its worker was reported after ${afterMs} ms (${otherwiseBrokenMs} ms of that are explained by other faults)`;
    return [{ kind: 'late_notice', workflowId, where: 'log', events: 1, detail } as const];
  });
}

interface LostAttempt {
  readonly lastSignOfLife: number;
  readonly noticedAt: number;
}

function lostAttempts({ entries }: FinalLog): readonly LostAttempt[] {
  return entries.flatMap(({ event }, index) => {
    const before = entries[index - 1]?.event;
    if (before === undefined || !reportsLoss(event)) return [];
    return { lastSignOfLife: Date.parse(before.timestamp), noticedAt: Date.parse(event.timestamp) };
  });
}

function reportsLoss(event: FinalLog['entries'][number]['event']): boolean {
  if (event.type === 'workflow:retrying') return event.data.reason.code === LOST;
  return event.type === 'workflow:failed' && event.data.error.code === LOST;
}
