import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import type { EmittedEvent, WorkflowId } from '@runtape/events';
import { appendOnTheSpot } from '../attempt/append-on-the-spot.ts';
import { oneMoreHandover, readHandovers } from '../attempt/handovers.ts';

/** Long enough for one append; should it fail, somebody else may begin soon. */
const LEASE_MS = 2_000;

/**
 * Pauses or resumes a workflow that nobody runs, with an attempt of its own that does not count as one.
 * @returns the record before it.
 * @throws EventLogError `attempt_alive` when somebody runs it, `attempt_overtaken`, `workflow_closed`, `unavailable`.
 */
export async function actOnTheSpot(
  workflowId: WorkflowId,
  event: EmittedEvent,
  { log, now }: { readonly log: EventLog; readonly now: () => number },
): Promise<WorkflowRecord> {
  const { attempt, record } = await log.begin(workflowId, { leaseMs: LEASE_MS });
  const kept = oneMoreHandover(readHandovers(await log.steps(workflowId)));
  await appendOnTheSpot(record, event, { log, now, attempt, kept });
  await log.release(workflowId, { attempt, incarnation: record.incarnation });
  return record;
}
