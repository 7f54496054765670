import { commentOnIssueInputSchema } from '@runtape/github-workflows/contract';
import { createInProcessQueue, createWorker, defineWorkflow } from '@runtape/engine';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createGithubClient } from '@runtape/github-workflows/client';
import { collect, eventually, startServer, textOf } from '@runtape/loopback';
import { memoryStore } from './stores.ts';

const target = { kind: 'github', owner: 'acme', repo: 'site', issueNumber: 7 } as const;

/** Writes endlessly in its first attempt; later attempts complete. */
const draft = defineWorkflow({
  name: 'commentOnIssue',
  input: commentOnIssueInputSchema,
  result: z.null(),
  run: async (ctx) => {
    for (let word = 1; ctx.attempt === 1 || word <= 3; word += 1) {
      const content = `${word} `;
      await ctx.emit('token', { part: 'draft', content, isComplete: false });
      await sleep(5, undefined, { signal: ctx.signal });
    }
    return null;
  },
});

test('E14, F4: a follower receives a pause, a resume and the end in the same stream', async () => {
  await using store = await memoryStore();
  const log = await store.open();
  const queue = createInProcessQueue();
  const worker = createWorker({ log, queue, definitions: [draft] });
  await worker.start();
  await using server = await startServer({ log, queue });
  const client = createGithubClient({ url: server.url });
  const { workflowId } = await client.startComment({ target });
  const seen = collect(client.follow(workflowId));
  await eventually(() => expect(textOf(seen.entries)).toContain('5 '));
  expect(await client.pauseWorkflow(workflowId)).toEqual({ outcome: 'requested' });
  await eventually(() => expect(seen.entries.at(-1)?.message.type).toBe('workflow:paused'));
  const { snapshot } = await client.getWorkflow(workflowId);
  expect(snapshot.status).toBe('paused');
  expect(snapshot.parts.map(({ text }) => text).join('')).toBe(textOf(seen.entries));
  expect(await client.pauseWorkflow(workflowId)).toEqual({ outcome: 'already_paused' });
  expect(await client.resumeWorkflow(workflowId)).toEqual({ outcome: 'resumed' });
  await seen.done;
  const types = seen.entries.map(({ message }) => message.type).filter((type) => type !== 'token');
  expect(types.slice(0, 4)).toEqual([
    'workflow:started',
    'workflow:running',
    'workflow:paused',
    'workflow:resumed',
  ]);
  expect(types.at(-1)).toBe('workflow:completed');
  expect(await client.resumeWorkflow(workflowId)).toEqual({ outcome: 'already_ended' });
  await worker.stop();
  await queue.close();
});
