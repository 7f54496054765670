import type { EventLog, WorkflowRecord } from '@runtape/event-log';

/** A timer may fire a little early, and clocks of two machines differ a little. */
const TOLERANCE_MS = 50;

/**
 * Tells whether a workflow that nobody runs may be taken up now. One that waits for its next attempt says in its last event
 * until when.
 * @param now in ms since 1970.
 * @throws EventLogError as `read`.
 */
export async function isDue(
  log: Pick<EventLog, 'read'>,
  { workflowId, status, tail }: WorkflowRecord,
  now: number,
): Promise<boolean> {
  if (status !== 'retrying' || tail === 0) return true;
  const { entries } = await log.read(workflowId, { after: tail - 1, limit: 1 });
  const event = entries[0]?.event;
  if (event?.type !== 'workflow:retrying') return true;
  return Date.parse(event.timestamp) + event.data.inMs <= now + TOLERANCE_MS;
}
