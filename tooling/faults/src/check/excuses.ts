import type { Injury, Records, Start } from '../records.ts';

/** Brings a store back, which begins another life. */
const RESTARTS: ReadonlySet<string> = new Set(['redis-kill', 'redis-tail-loss']);
/** Brings it back without its last writes. */
const LOSSES: ReadonlySet<string> = new Set(['redis-tail-loss']);

/** What may have become of a workflow through no fault of the programs. */
export type Excuse =
  /** Nothing: every id names one event, and stays. */
  | 'none'
  /** Nothing was lost, but the store came back: the log may have gone on under a new incarnation, the same but for its ids. */
  | 'renamed'
  /** The store came back without its end: the log may have gone on differently, under a new incarnation, or be gone. */
  | 'lost';

/** What may have become of the workflow of a start, or of one whose start is not known. */
export function excuseOf(injuries: readonly Injury[], start: Start | undefined): Excuse {
  const since = injuries.filter(({ to }) => to >= (start?.askedAt ?? 0));
  if (since.some(({ kind }) => LOSSES.has(kind))) return 'lost';
  return since.some(({ kind }) => RESTARTS.has(kind)) ? 'renamed' : 'none';
}

/** The excuse of each workflow that was started. */
export function excusesIn({ starts, injuries }: Records): ReadonlyMap<string, Excuse> {
  return new Map(
    starts.flatMap((start) =>
      start.workflowIds.map((workflowId) => [workflowId, excuseOf(injuries, start)] as const),
    ),
  );
}
