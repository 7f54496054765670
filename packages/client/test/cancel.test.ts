import { commentOnIssueInputSchema } from '@runtape/github-workflows/contract';
import {
  createInProcessQueue,
  createWorker,
  defineWorkflow,
  type WorkflowDefinition,
} from '@runtape/engine';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { collect, eventually, startServer, textOf } from '@runtape/loopback';
import { z } from 'zod';
import { createGithubClient } from '@runtape/github-workflows/client';
import { memoryStore } from './stores.ts';

const target = { kind: 'github', owner: 'acme', repo: 'site', issueNumber: 7 } as const;

/** Writes until it is cancelled. */
function endlessDraft(onStopped: () => void): WorkflowDefinition {
  return defineWorkflow({
    name: 'commentOnIssue',
    input: commentOnIssueInputSchema,
    result: z.null(),
    run: async (ctx) => {
      try {
        for (let word = 1; ; word += 1) {
          const content = `${word} `;
          await ctx.emit('token', { part: 'draft', content, isComplete: false });
          await sleep(5, undefined, { signal: ctx.signal });
        }
      } finally {
        onStopped();
      }
    },
  });
}

describe('F4: cancel', () => {
  test('before pick-up: the workflow never runs, and its followers see it end', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    const queue = createInProcessQueue();
    await using server = await startServer({ log, queue });
    const client = createGithubClient({ url: server.url });
    const { workflowId } = await client.startComment({ target });
    const seen = collect(client.follow(workflowId));
    await eventually(() => expect(server.fanOut.readerCount(workflowId)).toBe(1));
    expect(await client.cancelWorkflow(workflowId)).toEqual({ outcome: 'cancelled' });
    await seen.done;
    expect(seen.entries.map(({ message }) => message.type)).toEqual([
      'workflow:started',
      'workflow:cancelled',
    ]);
    const stopped = vi.fn<() => void>();
    const worker = createWorker({ log, queue, definitions: [endlessDraft(stopped)] });
    await worker.start();
    await worker.stop();
    expect(stopped).not.toHaveBeenCalled();
    await queue.close();
  });

  test('mid-token: the text so far stays, and one terminal event is the last', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    const queue = createInProcessQueue();
    const stopped = vi.fn<() => void>();
    const worker = createWorker({ log, queue, definitions: [endlessDraft(stopped)] });
    await worker.start();
    await using server = await startServer({ log, queue });
    const client = createGithubClient({ url: server.url });
    const { workflowId } = await client.startComment({ target });
    const early = collect(client.follow(workflowId));
    await eventually(() => expect(textOf(early.entries)).toContain('5 '));
    const { outcome } = await client.cancelWorkflow(workflowId, { reason: 'Enough.' });
    expect(outcome).toBe('requested');
    await early.done;
    expect(stopped).toHaveBeenCalledTimes(1);
    expect(early.entries.at(-1)?.message).toMatchObject({
      type: 'workflow:cancelled',
      data: { reason: 'Enough.' },
    });
    expect(
      early.entries.filter(({ message }) => message.type.startsWith('workflow:c')),
    ).toHaveLength(1);
    const late = collect(client.follow(workflowId));
    await late.done;
    expect(textOf(late.entries)).toBe(textOf(early.entries));
    expect(textOf(late.entries)).toMatch(/^1 2 3 4 5 /);
    expect(await client.cancelWorkflow(workflowId)).toEqual({ outcome: 'already_ended' });
    await worker.stop();
    await queue.close();
  });

  test('F6: leaving does not cancel', async () => {
    await using store = await memoryStore();
    const log = await store.open();
    const queue = createInProcessQueue();
    const stopped = vi.fn<() => void>();
    const worker = createWorker({ log, queue, definitions: [endlessDraft(stopped)] });
    await worker.start();
    await using server = await startServer({ log, queue });
    const client = createGithubClient({ url: server.url });
    const { workflowId } = await client.startComment({ target });
    const leaving = new AbortController();
    const leaver = collect(client.follow(workflowId, { signal: leaving.signal }));
    await eventually(() => expect(textOf(leaver.entries)).toContain('3 '));
    leaving.abort();
    await expect(leaver.done).rejects.toMatchObject({ name: 'AbortError' });
    await eventually(() => expect(server.fanOut.readerCount(workflowId)).toBe(0));
    const cursor = leaver.entries.at(-1)?.id;
    const back = collect(client.follow(workflowId, { after: cursor }));
    await eventually(() => expect(back.entries.length).toBeGreaterThan(0));
    expect(stopped).not.toHaveBeenCalled();
    await client.cancelWorkflow(workflowId);
    await back.done;
    const text = textOf([...leaver.entries, ...back.entries]);
    const { snapshot } = await client.getWorkflow(workflowId);
    expect(snapshot.parts.map((part) => part.text).join('')).toBe(text);
    await worker.stop();
    await queue.close();
  });
});
