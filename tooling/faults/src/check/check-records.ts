import type { FinalLog, Records, History } from '../records.ts';
import { checkLog } from './check-log.ts';
import { checkSession, type Finding } from './check-session.ts';
import { checkNames } from './check-names.ts';
import { checkStarts } from './check-starts.ts';
import { type Allowance, allowanceOf, allowancesIn } from './allowances.ts';
import { checkNotices, findNotices, type Notice } from './notices.ts';
import { checkSilences, findSilences, type Silence } from './silences.ts';
import type { Violation } from './violation.ts';

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Events that clients received and that were compared with the log. */
  readonly deliveries: number;
  readonly notices: readonly Notice[];
  readonly silences: readonly Silence[];
}

export interface Bounds {
  /** The time within which the loss of a worker must be reported while nothing else is broken. */
  readonly noticeWithinMs: number;
  /** The longest allowed pause between events of a workflow while nothing is broken. */
  readonly silenceWithinMs: number;
}

/** Judges a run only by its records. */
export function checkRecords(
  records: Records,
  { noticeWithinMs, silenceWithinMs }: Bounds,
): Verdict {
  const logs = new Map(records.logs.map((log) => [log.workflowId, log]));
  const allowances = allowancesIn(records);
  const checked = records.histories.map((history) =>
    checkHistory(logs.get(history.workflowId), history, allowances.get(history.workflowId)),
  );
  const notices = findNotices(records);
  const silences = findSilences(records);
  return {
    violations: [
      ...checked.flatMap(({ violations }) => violations),
      ...records.logs.flatMap((log) => checkLog(log).map(locateIn(log.workflowId, 'log'))),
      ...checkNames(records),
      ...missingLogs(records, logs),
      ...checkStarts(records),
      ...checkNotices(notices, noticeWithinMs),
      ...checkSilences(silences, silenceWithinMs),
    ],
    deliveries: checked.reduce((sum, { deliveries }) => sum + deliveries, 0),
    notices,
    silences,
  };
}

function checkHistory(
  log: FinalLog | undefined,
  { workflowId, client, staysToTheEnd, sessions }: History,
  allowance: Allowance | undefined,
): Pick<Verdict, 'violations' | 'deliveries'> {
  const known = log ?? { workflowId, entries: [] };
  const results = sessions.map((session) => checkSession(known, session, allowance));
  const position = results.reduce((most, result) => Math.max(most, result.position), 0);
  const findings = results.flatMap((result) => result.findings);
  const sawLostEnd = allowance === 'lost' && sessions.some(({ end }) => end.kind === 'finished');
  if (staysToTheEnd && position < known.entries.length && !sawLostEnd) {
    findings.push({
      kind: 'end_not_seen',
      events: known.entries.length - position,
      detail: `received only ${position} of ${known.entries.length} events`,
    });
  }
  return {
    violations: findings.map(locateIn(workflowId, client)),
    deliveries: results.reduce((sum, { deliveries }) => sum + deliveries, 0),
  };
}

function missingLogs(
  { starts, faultWindows }: Records,
  logs: ReadonlyMap<string, FinalLog>,
): readonly Violation[] {
  const due = starts.filter((start) => allowanceOf(faultWindows, start) !== 'lost');
  const started = new Set(due.flatMap(({ workflowIds }) => workflowIds));
  const gone = [...started].filter((workflowId) => !logs.has(workflowId));
  return gone.map((workflowId) => ({
    kind: 'no_end',
    workflowId,
    where: 'log',
    events: 1,
    detail: 'was started, but is not in the store',
  }));
}

function locateIn(workflowId: string, where: string): (finding: Finding) => Violation {
  return (finding) => ({ ...finding, workflowId, where });
}
