import type { EventId, EventOf, LogLine, WorkflowSnapshot } from '@runtape/events';
import { withoutUndefined } from './without-undefined.ts';

/** The number of lines kept in each list; earlier lines remain in the log. */
const MAX_LINES = 200;

export function foldLog(
  logs: LogLine[],
  id: EventId,
  { data: { level, message, agentId }, timestamp: at }: EventOf<'log:created'>,
): LogLine[] {
  return appendLine(logs, withoutUndefined({ id, at, level, message, agentId }));
}

/** Adds a status line, which may also set the title and URL. */
export function foldStatus(
  { statuses, title, url }: WorkflowSnapshot,
  id: EventId,
  { data: { stage, message, progress, subject }, timestamp: at }: EventOf<'status'>,
): Partial<WorkflowSnapshot> {
  const line = withoutUndefined({ id, at, stage, message, progress });
  return {
    statuses: appendLine(statuses, line),
    title: subject?.title ?? title,
    url: subject?.url ?? url,
  };
}

function appendLine<Line>(lines: Line[], line: Line): Line[] {
  return [...lines.slice(1 - MAX_LINES), line];
}
