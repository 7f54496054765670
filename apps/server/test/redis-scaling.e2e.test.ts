import { createGithubClient, type GithubClient } from '@runtape/github-workflows/client';
import { startServerProcess, startWorkerProcess } from '@runtape/e2e';
import { startRedis } from '@runtape/redis';
import { samples } from '@runtape/github-workflows';
import { initialState, applyStreamEntry } from '@runtape/workflow-state';
import { draftText } from '@runtape/github-workflows/contract';
import { expect, inject, test } from 'vitest';

const sample = { kind: 'sample', name: samples[1]?.name ?? '' } as const;

/** Follows to the end. @returns the text as shown to users. */
async function textOf(client: GithubClient, workflowId: string): Promise<string> {
  let state = initialState(workflowId);
  for await (const entry of client.follow(workflowId)) state = applyStreamEntry(state, entry);
  expect(state.status).toBe('completed');
  return draftText(state);
}

test('C1, F8: a workflow started at one server is watched at a second, and at a third after that is killed', async () => {
  await using redis = await startRedis();
  const env = { REDIS_URL: redis.url, WORKERS: '0' };
  await using worker = await startWorkerProcess({
    REDIS_URL: redis.url,
    DEMO_TOKENS_PER_SECOND: '100',
  });
  await using first = await startServerProcess(env);
  await using second = await startServerProcess(env);
  await using third = await startServerProcess(env);
  const clients = [first, second, third].map(({ url }) => createGithubClient({ url }));
  const [atFirst, atSecond, atThird] = clients;
  if (!atFirst || !atSecond || !atThird) throw new Error('three clients were made');

  const { workflowId } = await atFirst.startComment({ target: sample });
  let state = initialState(workflowId);
  for await (const entry of atSecond.follow(workflowId)) {
    state = applyStreamEntry(state, entry);
    if (entry.message.type === 'token') break;
  }
  second.process.kill('SIGKILL');
  await second.process.exited;
  const { cursor } = state;
  if (cursor === null) throw new Error('the second server showed events');
  for await (const entry of atThird.follow(workflowId, { after: cursor })) {
    state = applyStreamEntry(state, entry);
  }
  expect(state.status).toBe('completed');
  // A3: a late client sees the same text, byte for byte.
  expect(await textOf(atFirst, workflowId)).toBe(draftText(state));
  await Promise.all(clients.map((client) => client.close()));
  worker.kill('SIGTERM');
  expect((await worker.exited).code).toBe(0);
});

test('F8: the same on a Redis Cluster, by configuration alone', async () => {
  const nodes = inject('redisClusterNodes').map(({ host, port }) => `${host}:${port}`);
  await using server = await startServerProcess({
    REDIS_CLUSTER_NODES: nodes.join(','),
    DEMO_TOKENS_PER_SECOND: '5000',
  });
  const client = createGithubClient({ url: server.url });
  const { workflowId } = await client.startComment({ target: sample });
  expect(await textOf(client, workflowId)).toContain('demo model');
  await client.close();
});
