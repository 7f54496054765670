import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import { startWorkflow } from '../start-workflow.ts';

const outcomeSchema = z.object({ outcome: z.string() });

/**
 * Starts the workflow that the other checks follow, and pauses it until all of them are listening.
 */
export const start: Check = {
  name: 'start',
  title: 'a workflow starts once per idempotency key',
  run: async (probe) => {
    const threadId = `verify-${probe.runId}`;
    const options = { threadId, headers: { 'Idempotency-Key': threadId } };
    const first = await startWorkflow(probe, options);
    const { workflowId } = first;
    const paused = await probe.request(`/api/workflows/${workflowId}/pause`, { method: 'POST' });
    probe.announce({ workflowId, threadId });
    const second = await startWorkflow(probe, options);
    if (!first.created || second.created || second.workflowId !== workflowId) {
      throw new CheckFailure({
        expected:
          'the second start with the same idempotency key to return the workflow of the first',
        actual: `${JSON.stringify(first)}, then ${JSON.stringify(second)}`,
        advice: 'Check that the header Idempotency-Key reaches the server.',
      });
    }
    const isPaused =
      paused.ok && outcomeSchema.parse(await paused.json()).outcome !== 'already_ended';
    return isPaused
      ? workflowId
      : `${workflowId}; it could not be paused, so live delivery was not tested`;
  },
};
