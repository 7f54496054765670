import { setTimeout as delay } from 'node:timers/promises';
import { workflowSnapshotSchema } from '@runtape/events';
import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import type { Probe } from '../probe.ts';
import { readResponse } from '../read-response.ts';
import { startWorkflow } from '../start-workflow.ts';

const POLL_MS = 200;

const outcomeSchema = z.object({ outcome: z.string() });
const workflowSchema = z.object({ snapshot: workflowSnapshotSchema });

/** Uses a separate workflow, not the one that the other checks follow. */
export const commands: Check = {
  name: 'commands',
  title: 'pause, resume, cancel, each twice',
  run: async (probe) => {
    const { workflowId } = await startWorkflow(probe);
    await command(probe, workflowId, 'pause', ['requested', 'paused']);
    await expectStatus(probe, workflowId, ['paused']);
    await command(probe, workflowId, 'pause', ['already_paused']);
    await command(probe, workflowId, 'resume', ['resumed']);
    // The worker may not have released the paused workflow yet; until then it still counts as
    // paused.
    await expectStatus(probe, workflowId, ['queued', 'running', 'retrying']);
    await command(probe, workflowId, 'resume', ['not_paused']);
    await command(probe, workflowId, 'cancel', ['requested', 'cancelled']);
    await expectStatus(probe, workflowId, ['cancelled']);
    await command(probe, workflowId, 'cancel', ['already_ended']);
    return workflowId;
  },
};

async function command(
  { request }: Probe,
  workflowId: string,
  name: 'pause' | 'resume' | 'cancel',
  outcomes: readonly string[],
): Promise<void> {
  const response = await request(`/api/workflows/${workflowId}/${name}`, { method: 'POST' });
  const expected = { status: [200, 202], what: `an outcome of ${name}` };
  const { outcome } = await readResponse(response, outcomeSchema, expected);
  if (outcomes.includes(outcome)) return;
  throw new CheckFailure({
    expected: `${name} to be ${outcomes.join(' or ')}`,
    actual: outcome,
    advice: 'Check that nothing else controls the workflow at the same time.',
  });
}

/** Polls until the workflow has one of the statuses. */
async function expectStatus(
  { request, signal, promptlyMs }: Probe,
  workflowId: string,
  statuses: readonly string[],
): Promise<void> {
  const deadline = performance.now() + promptlyMs;
  for (;;) {
    const response = await request(`/api/workflows/${workflowId}`);
    const { snapshot } = await readResponse(response, workflowSchema, { what: 'the workflow' });
    if (statuses.includes(snapshot.status)) return;
    if (performance.now() > deadline) {
      throw new CheckFailure({
        expected: `a workflow that is ${statuses.join(' or ')} within ${promptlyMs / 1000} s`,
        actual: `one that is ${snapshot.status}`,
        advice: 'Check the log of the worker that runs it.',
      });
    }
    await delay(POLL_MS, undefined, { signal });
  }
}
