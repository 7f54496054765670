import { createGithubClient } from '@runtape/github-workflows/client';
import { startServerProcess, startWorkerProcess } from '@runtape/e2e';
import { startWatchedRedis } from '@runtape/redis';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { draftText } from '@runtape/github-workflows/contract';
import { samples } from '@runtape/github-workflows';
import { expect, test } from 'vitest';

const sample = { kind: 'sample', name: samples[1]?.name ?? '' } as const;
const TOKENS_BEFORE = 20;

test('F1: F8: when a Sentinel master dies during a workflow, the stream continues to the end with nothing lost or doubled', async () => {
  await using redis = await startWatchedRedis();
  const { host, port } = redis.sentinel;
  const env = { REDIS_SENTINELS: `${host}:${port}`, REDIS_MASTER_NAME: 'main' };
  await using server = await startServerProcess({ ...env, WORKERS: '0' });
  await using worker = await startWorkerProcess({ ...env, DEMO_TOKENS_PER_SECOND: '50' });
  const client = createGithubClient({ url: server.url });
  const { workflowId } = await client.startComment({ target: sample });

  let state = initialState(workflowId);
  let tokens = 0;
  const ids: string[] = [];
  for await (const entry of client.follow(workflowId)) {
    state = applyStreamEntry(state, entry);
    if (entry.message.type !== 'token') continue;
    ids.push(entry.id);
    tokens += 1;
    if (tokens === TOKENS_BEFORE) await redis.master.kill();
  }
  expect(state.status).toBe('completed');
  expect(tokens).toBeGreaterThan(TOKENS_BEFORE);
  expect(new Set(ids).size).toBe(ids.length);

  // A late client receives the same text from the new master.
  let late = initialState(workflowId);
  for await (const entry of client.follow(workflowId)) late = applyStreamEntry(late, entry);
  expect(late.status).toBe('completed');
  expect(draftText(late)).toBe(draftText(state));
  expect(draftText(late)).toContain('demo model');
  await client.close();
  worker.kill('SIGTERM');
  expect((await worker.exited).code).toBe(0);
});
