import type { EventLog, KeptStep, WorkflowRecord } from '@runtape/event-log';
import type { BudgetLimits, EmittedEvent } from '@runtape/events';
import { stampEvent } from '../emit/stamp-event.ts';

export interface AppendDirectOptions {
  readonly log: Pick<EventLog, 'append'>;
  /** In ms since 1970. */
  readonly now: () => number;
  /** The attempt that appends. */
  readonly attempt: number;
  /** Stored atomically with the event. */
  readonly kept?: KeptStep | undefined;
}

/**
 * Appends events to a workflow that no worker runs.
 * @param record its `tail` is where the log ends.
 * @throws EventLogError as `append`.
 */
export async function appendDirect(
  record: WorkflowRecord,
  emitted: EmittedEvent | readonly EmittedEvent[],
  { log, now, attempt, kept }: AppendDirectOptions,
): Promise<void> {
  const events = [...(record.tail === 0 ? [started(record)] : []), ...[emitted].flat()];
  const stamp = { at: now(), attempt };
  await log.append(record.workflowId, {
    attempt,
    incarnation: record.incarnation,
    after: record.tail,
    events: events.map((each) => stampEvent(each, stamp)),
    step: kept,
  });
}

/** The first event of every log. @param budget if the workflow has one and it is known. */
export function started(
  { workflow, summary }: WorkflowRecord,
  budget?: BudgetLimits | null,
): EmittedEvent {
  const { title, target } = summary;
  const data = { workflow, title, target, ...(budget != null && { budget }) };
  return { type: 'workflow:started', data };
}
