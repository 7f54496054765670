import {
  hasEnded,
  isTerminal,
  statusAfter,
  type WorkflowStatus,
  type WorkflowSummary,
} from '@runtape/events';
import { EventLogError } from './errors.ts';
import type { Append } from './event-log.ts';

/** What an append does to the record, worked out once here so that no adapter needs to know event types. */
export interface AppendPlan {
  /** The status after the append, or `null` when it stays. */
  readonly status: WorkflowStatus | null;
  /** True when the append closes the log. */
  readonly closes: boolean;
  /** The changes to the summary that are set; a key that is absent stays as it is. */
  readonly summary: Partial<WorkflowSummary>;
}

/**
 * Checks an append and derives what it changes.
 * @throws EventLogError `invalid_append` when it is empty or a terminal event is not its last.
 */
export function planAppend(workflowId: string, { events, summary = {} }: Append): AppendPlan {
  const last = events.at(-1);
  if (last === undefined) {
    throw new EventLogError('invalid_append', 'An append holds at least one event.', {
      workflowId,
    });
  }
  const early = events.slice(0, -1).find((event) => isTerminal(event));
  if (early !== undefined) {
    throw new EventLogError('invalid_append', `Nothing can follow ${early.type} in a log.`, {
      workflowId,
    });
  }
  const status = events.reduce<WorkflowStatus | null>(
    (found, event) => statusAfter(event) ?? found,
    null,
  );
  const closes = status !== null && hasEnded(status);
  return { status, closes, summary: withoutUndefined(summary) };
}

function withoutUndefined(summary: Partial<WorkflowSummary>): Partial<WorkflowSummary> {
  return Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== undefined));
}
