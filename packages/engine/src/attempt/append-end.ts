import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import type { EmittedEvent } from '@runtape/events';
import { stampEvent } from '../emit/stamp-event.ts';

export interface AppendEndOptions {
  readonly log: Pick<EventLog, 'append'>;
  /** In ms since 1970. */
  readonly now: () => number;
  /** The attempt that closes the log. */
  readonly attempt: number;
}

/**
 * Ends a workflow that nothing runs, with one append.
 * @param record its `tail` is where the log ends.
 * @throws EventLogError as `append`.
 */
export async function appendEnd(
  record: WorkflowRecord,
  end: EmittedEvent,
  { log, now, attempt }: AppendEndOptions,
): Promise<void> {
  const events = record.tail === 0 ? [started(record), end] : [end];
  const stamp = { at: now(), attempt };
  await log.append(record.workflowId, {
    attempt,
    after: record.tail,
    events: events.map((event) => stampEvent(event, stamp)),
  });
}

/** The first event of every log. */
export function started({ workflow, summary }: WorkflowRecord): EmittedEvent {
  const { title, target } = summary;
  return { type: 'workflow:started', data: { workflow, title, target } };
}
