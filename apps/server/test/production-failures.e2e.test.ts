import { commentOnIssueResultSchema } from '@runtape/github-workflows/contract';
import { once } from 'node:events';
import { createGithubClient, type GithubClient } from '@runtape/github-workflows/client';
import { demoModelName, type BeforeToken, startDemoModel } from '@runtape/worker/demo-model';
import { startServerProcess, startWorkerProcess } from '@runtape/e2e';
import { type StreamEntry } from '@runtape/events';
import { startRedis } from '@runtape/redis';
import { samples } from '@runtape/github-workflows';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { draftText } from '@runtape/github-workflows/contract';
import { expect, test, vi } from 'vitest';

const sample = { kind: 'sample', name: samples[0]?.name ?? '' } as const;
/** A draft with this many characters is in progress. */
const HALF = 100;
const endings = ['workflow:completed', 'workflow:failed', 'workflow:cancelled'];

const eventually = async (check: () => void | Promise<void>): Promise<void> => {
  await vi.waitFor(check, { interval: 10 });
};

/** An observable model, Redis, and two servers without workers. */
async function openStage(beforeToken: BeforeToken) {
  await using opening = new AsyncDisposableStack();
  const model = opening.use(await startDemoModel({ tokensPerSecond: 5000, beforeToken }));
  const redis = opening.use(await startRedis());
  const env = { REDIS_URL: redis.url, WORKERS: '0' };
  const one = opening.use(await startServerProcess(env));
  const two = opening.use(await startServerProcess(env));
  const [atOne, atTwo] = [one, two].map(({ url }) =>
    opening.adopt(createGithubClient({ url }), (client) => client.close()),
  );
  if (!atOne || !atTwo) throw new Error('two clients were made');
  const workers = opening.use(new AsyncDisposableStack());
  const rest = opening.move();
  return {
    model,
    atOne,
    atTwo,
    work: async () =>
      workers.use(
        await startWorkerProcess({
          REDIS_URL: redis.url,
          LEASE_SECONDS: '4',
          OPENAI_BASE_URL: model.url,
          OPENAI_API_KEY: 'any',
          OPENAI_MODEL: demoModelName,
        }),
      ),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** Follows in the background. */
function watch(client: GithubClient, workflowId: string) {
  const entries: StreamEntry[] = [];
  const read = async (): Promise<void> => {
    for await (const entry of client.follow(workflowId)) entries.push(entry);
  };
  return {
    entries,
    done: read(),
    text: (): string => draftText(entries.reduce(applyStreamEntry, initialState(workflowId))),
    types: (): readonly string[] => entries.map(({ message }) => message.type),
  };
}

const isEnding = (type: string): boolean => endings.includes(type);

test('F4: a stop button that did nothing', async () => {
  await using stage = await openStage(async (written, signal) => {
    if (written.length > HALF) await once(signal, 'abort');
  });
  const { atOne, atTwo, model } = stage;

  // No worker has started yet.
  const waiting = await atOne.startComment({ target: sample });
  expect(await atTwo.cancelWorkflow(waiting.workflowId)).toEqual({ outcome: 'cancelled' });

  // During a stream of tokens, through the server that did not start it.
  const worker = await stage.work();
  const writing = await atOne.startComment({ target: sample });
  const seen = watch(atOne, writing.workflowId);
  await eventually(() => expect(seen.text().length).toBeGreaterThan(20));
  const { outcome } = await atTwo.cancelWorkflow(writing.workflowId);
  // The worker is notified immediately, and may end it before the server checks whether it runs.
  expect(['requested', 'cancelled']).toContain(outcome);
  await seen.done;
  expect(seen.types().filter(isEnding)).toEqual(['workflow:cancelled']);
  expect(seen.types().at(-1)).toBe('workflow:cancelled');
  const { snapshot } = await atTwo.getWorkflow(writing.workflowId);
  expect(draftText(snapshot)).toBe(seen.text());
  await eventually(() => expect(model.requests.at(-1)?.outcome).toBe('aborted by client'));
  expect(await atOne.cancelWorkflow(writing.workflowId)).toEqual({ outcome: 'already_ended' });

  // The worker that runs it is dead.
  const left = await atOne.startComment({ target: sample });
  const leftSeen = watch(atTwo, left.workflowId);
  await eventually(() => expect(leftSeen.text().length).toBeGreaterThan(20));
  worker.kill('SIGKILL');
  await worker.exited;
  await atTwo.cancelWorkflow(left.workflowId);
  const asked = model.requests.length;
  await stage.work();
  await leftSeen.done;
  expect(leftSeen.types().filter(isEnding)).toEqual(['workflow:cancelled']);
  expect(model.requests.length).toBe(asked);
});

test('F5: one LLM step run twice concurrently, with two streamed answers', async () => {
  let slowOne: AbortSignal | undefined;
  await using stage = await openStage(async (written, signal) => {
    slowOne ??= signal;
    if (signal === slowOne && written.length > HALF) await once(signal, 'abort');
  });
  const { atOne, atTwo, model } = stage;
  const first = await stage.work();

  // The button was pressed twice at the same moment, on two servers.
  const start = { target: sample, idempotencyKey: 'once' };
  const started = await Promise.all([atOne.startComment(start), atTwo.startComment(start)]);
  const { workflowId } = started[0];
  expect(started.map((each) => each.workflowId)).toEqual([workflowId, workflowId]);
  const seen = watch(atOne, workflowId);
  await eventually(() => expect(seen.text().length).toBeGreaterThan(20));
  const slow = model.requests.at(-1);
  expect(slow?.outcome).toBe('running');

  // Its worker hangs beyond its lease, and another one takes over the step; then the first resumes.
  first.kill('SIGSTOP');
  await stage.work();
  await seen.done;
  first.kill('SIGCONT');
  await eventually(() => expect(slow?.outcome).toBe('aborted by client'));

  const late = watch(atTwo, workflowId);
  await late.done;
  for (const { entries, types, text } of [seen, late]) {
    expect(types().filter(isEnding)).toEqual(['workflow:completed']);
    const last = entries.at(-1)?.message;
    const result = last?.type === 'workflow:completed' ? last.data.result : null;
    // One answer, once: the one that was streamed last.
    expect(text()).toBe(commentOnIssueResultSchema.parse(result).comment);
    const attempts = entries.flatMap(({ message }) =>
      'metadata' in message && message.metadata?.attempt ? [message.metadata.attempt] : [],
    );
    expect(attempts).toEqual(attempts.toSorted((a, b) => a - b));
    expect(attempts.at(-1)).toBe(2);
  }
  expect(model.requests.filter(({ outcome }) => outcome === 'running')).toEqual([]);
});
