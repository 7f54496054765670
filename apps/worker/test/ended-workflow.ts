import type { EventLog } from '@runtape/event-log';
import { type WorkflowId, workflowIdSchema } from '@runtape/events';

/** A workflow that emitted events and was cancelled. */
export async function endedWorkflow(log: EventLog, name: string): Promise<WorkflowId> {
  const workflowId = workflowIdSchema.parse(name);
  const summary = { title: 'A title', target: 'sample:one' };
  await log.create({ workflowId, workflow: 'test', input: null, summary });
  const { attempt } = await log.begin(workflowId, { leaseMs: 1000 });
  const timestamp = new Date().toISOString();
  const token = { part: 'draft', content: 'é 🙂 \u2028 \uD83D', isComplete: true };
  await log.append(workflowId, {
    attempt,
    after: 0,
    events: [
      { type: 'token', data: token, timestamp },
      { type: 'workflow:cancelled', data: { durationMs: 1 }, timestamp },
    ],
  });
  return workflowId;
}

/** The ids in a log. */
export async function idsIn(log: EventLog): Promise<readonly string[]> {
  const { workflows } = await log.list({ limit: 200 });
  return workflows.map(({ workflowId }) => workflowId).toSorted();
}
