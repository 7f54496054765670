import { newWorkflowId } from '@runtape/engine';
import type { EventLog } from '@runtape/event-log';
import type { WorkflowEvent, WorkflowId } from '@runtape/events';

const LEASE_MS = 3_600_000;

/** A workflow that the bench itself writes, one append at a time. */
export interface WrittenWorkflow {
  readonly workflowId: WorkflowId;
  /** Calls may overlap. @returns when the events are stored. */
  readonly append: (...events: readonly WorkflowEvent[]) => Promise<void>;
}

/**
 * Creates a workflow that no worker runs. @param threadId the thread that it joins. Default: none.
 */
export async function writeWorkflow(log: EventLog, threadId?: string): Promise<WrittenWorkflow> {
  const workflowId = newWorkflowId();
  await log.create({
    workflowId,
    workflow: 'commentOnIssue',
    threadId,
    input: { target: { kind: 'sample', name: 'resume-after-reconnect' }, post: false },
    summary: { title: 'A bench', target: 'sample:resume-after-reconnect' },
  });
  const { attempt } = await log.begin(workflowId, { leaseMs: LEASE_MS });
  let tail = 0;
  return {
    workflowId,
    append: async (...events) => {
      const after = tail;
      tail += events.length;
      await log.append(workflowId, { attempt, after, events });
    },
  };
}
