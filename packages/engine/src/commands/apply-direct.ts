import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import type { EmittedEvent, WorkflowId } from '@runtape/events';
import { appendDirect } from '../lifecycle/append-direct.ts';
import { oneMoreHandover, readHandovers } from '../lifecycle/handovers.ts';

/** Long enough for one append. If it fails, a worker may begin soon. */
const LEASE_MS = 2_000;

/**
 * Pauses or resumes a workflow that no worker runs, with an attempt that does not count as one.
 * @returns the record before.
 * @throws EventLogError `attempt_alive` when a worker runs it, `attempt_overtaken`,
 *   `workflow_closed`, `unavailable`.
 */
export async function applyDirect(
  workflowId: WorkflowId,
  event: EmittedEvent,
  { log, now }: { readonly log: EventLog; readonly now: () => number },
): Promise<WorkflowRecord> {
  const { attempt, record } = await log.begin(workflowId, { leaseMs: LEASE_MS });
  const kept = oneMoreHandover(readHandovers(await log.steps(workflowId)));
  await appendDirect(record, event, { log, now, attempt, kept });
  await log.release(workflowId, { attempt, incarnation: record.incarnation });
  return record;
}
