import type { FaultWindow, Records, Start } from '../records.ts';

/** Faults that restart a store, after which a log may have a new incarnation. */
const RESTARTS: ReadonlySet<string> = new Set(['redis-kill', 'redis-tail-loss']);
/** Faults that restart a store without its latest writes. */
const LOSSES: ReadonlySet<string> = new Set(['redis-tail-loss']);

/** The changes to a log that the faults of a run explain, without an error of the programs. */
export type Allowance =
  /** None: every id names one event forever. */
  | 'none'
  /**
   * Nothing was lost, but the store restarted: the log may have a new incarnation, and is otherwise
   * unchanged.
   */
  | 'renamed'
  /**
   * The end of the log was lost: it may have continued differently, under a new incarnation, or be
   * missing.
   */
  | 'lost';

/** The allowance for the workflow of a start, or for one whose start is not known. */
export function allowanceOf(
  faultWindows: readonly FaultWindow[],
  start: Start | undefined,
): Allowance {
  const since = faultWindows.filter(({ to }) => to >= (start?.requestedAt ?? 0));
  if (since.some(({ kind }) => LOSSES.has(kind))) return 'lost';
  return since.some(({ kind }) => RESTARTS.has(kind)) ? 'renamed' : 'none';
}

/** The allowance of each workflow that was started. */
export function allowancesIn({ starts, faultWindows }: Records): ReadonlyMap<string, Allowance> {
  return new Map(
    starts.flatMap((start) =>
      start.workflowIds.map(
        (workflowId) => [workflowId, allowanceOf(faultWindows, start)] as const,
      ),
    ),
  );
}
