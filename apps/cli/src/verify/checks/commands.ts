import { workflowSnapshotSchema } from '@runtape/events';
import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import type { Probe } from '../probe.ts';
import { readAnswer } from '../read-answer.ts';
import { sampleTarget } from '../sample-target.ts';
import { pollUntil } from '../wait.ts';

const startedSchema = z.object({ workflowId: z.string() });
const outcomeSchema = z.object({ outcome: z.string() });
const workflowSchema = z.object({ snapshot: workflowSnapshotSchema });

/** Uses a separate workflow, not the one that the other checks follow. */
export const commands: Check = {
  name: 'commands',
  title: 'pause, resume, cancel, each twice',
  run: async (probe) => {
    const workflowId = await start(probe);
    probe.cleanUp(workflowId);
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

async function start(probe: Probe): Promise<string> {
  const input = { target: await sampleTarget(probe) };
  const answer = await probe.ask('/api/workflows', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ workflow: 'commentOnIssue', input }),
  });
  const what = 'a workflow that started';
  return (await readAnswer(answer, startedSchema, { status: 201, what })).workflowId;
}

async function command(
  { ask }: Probe,
  workflowId: string,
  name: 'pause' | 'resume' | 'cancel',
  outcomes: readonly string[],
): Promise<void> {
  const answer = await ask(`/api/workflows/${workflowId}/${name}`, { method: 'POST' });
  const asked = { status: [200, 202], what: `an outcome of ${name}` };
  const { outcome } = await readAnswer(answer, outcomeSchema, asked);
  if (outcomes.includes(outcome)) return;
  throw new CheckFailure({
    expected: `${name} to be ${outcomes.join(' or ')}`,
    came: outcome,
    advice: 'Check that nobody else controls the workflow meanwhile.',
  });
}

async function expectStatus(
  { ask, signal, promptlyMs }: Probe,
  workflowId: string,
  statuses: readonly string[],
): Promise<void> {
  const look = async (): Promise<string> => {
    const answer = await ask(`/api/workflows/${workflowId}`);
    const { snapshot } = await readAnswer(answer, workflowSchema, { what: 'the workflow' });
    return snapshot.status;
  };
  await pollUntil(look, (status) => statuses.includes(status), {
    ms: promptlyMs,
    signal,
    late: (status) =>
      new CheckFailure({
        expected: `a workflow that is ${statuses.join(' or ')} within ${promptlyMs / 1000} s`,
        came: `one that is ${status}`,
        advice: 'Check the log of the worker that runs it.',
      }),
  });
}
