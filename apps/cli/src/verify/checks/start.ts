import { workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import type { Probe } from '../probe.ts';
import { readAnswer } from '../read-answer.ts';
import { sampleTarget } from '../sample-target.ts';

const schema = z.object({ workflowId: workflowIdSchema, created: z.boolean() });
const outcomeSchema = z.object({ outcome: z.string() });

/**
 * Starts the workflow that the other checks follow, and pauses it until all of them are listening.
 */
export const start: Check = {
  name: 'start',
  title: 'a workflow starts once per idempotency key',
  run: async (probe) => {
    const threadId = `verify-${probe.runId}`;
    const body = {
      workflow: 'commentOnIssue',
      input: { target: await sampleTarget(probe) },
      threadId,
    };
    const first = await post(probe, body);
    const { workflowId } = first;
    probe.cleanUp(workflowId);
    const paused = await probe.ask(`/api/workflows/${workflowId}/pause`, { method: 'POST' });
    probe.announce({ workflowId, threadId });
    const second = await post(probe, body);
    if (!first.created || second.created || second.workflowId !== workflowId) {
      throw new CheckFailure({
        expected: 'one workflow for one idempotency key, created by the first start',
        came: `${JSON.stringify(first)}, then ${JSON.stringify(second)}`,
        advice: 'Check that the header Idempotency-Key reaches the server.',
      });
    }
    const isHeld =
      paused.ok && outcomeSchema.parse(await paused.json()).outcome !== 'already_ended';
    return isHeld
      ? workflowId
      : `${workflowId}; it could not be paused, so live delivery was not tested`;
  },
};

async function post({ ask, runId }: Probe, body: object): Promise<z.output<typeof schema>> {
  const answer = await ask('/api/workflows', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `verify-${runId}` },
    body: JSON.stringify(body),
  });
  return await readAnswer(answer, schema, { status: [200, 201], what: 'a workflow that started' });
}
