import type { WorkflowEvent, WorkflowId } from '@runtape/events';
import { scripted } from '@runtape/testing';
import { expect, test, vi } from 'vitest';
import { ofType, textOf } from './read-events.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const issue = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const github = {
  repositories: [
    {
      owner: 'acme',
      repo: 'app',
      files: { 'src/queue.ts': 'export function drainQueue() {\n  return null;\n}\n' },
      issues: [{ number: 7, title: 'drainQueue returns null', body: 'See `drainQueue`.' }],
    },
  ],
};

const hasDraft = (events: readonly WorkflowEvent[]): boolean => textOf(events).length > 50;

test('F4: a cancel in the middle of the draft aborts the request to the model and keeps the text', async () => {
  await using bench = await openWorkbench({ github, tokensPerSecond: 150 });
  const workflowId = await bench.start(issue);
  await bench.until(workflowId, hasDraft);
  await bench.starter.cancel(workflowId, { by: 'ada', reason: 'enough' });
  const events = await bench.ended(workflowId);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:cancelled',
    data: { by: 'ada', reason: 'enough' },
  });
  expect(hasDraft(events)).toBe(true);
  expect(ofType(events, 'token').some(({ data }) => data.part === 'draft' && data.isComplete)).toBe(
    false,
  );
  await vi.waitFor(() => {
    expect(bench.model.requests.at(-1)?.outcome).toBe('aborted by client');
  });
});

test('F4: a cancel while the placeholder stands on GitHub turns it into an honest note', async () => {
  await using bench = await openWorkbench({ github, tokensPerSecond: 150 });
  const workflowId = await bench.start(issue, { post: true });
  await bench.until(workflowId, hasDraft);
  expect(bench.github.comments(issue)[0]?.body).toContain('is drafting a comment');
  await bench.starter.cancel(workflowId);
  const events = await bench.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  await vi.waitFor(() => {
    expect(bench.github.comments(issue)[0]?.body).toContain('was cancelled');
  });
  expect(bench.github.comments(issue)).toHaveLength(1);
});

/** How the placeholder reads by now, when there is exactly one. */
function bodyOf(bench: Workbench): string {
  const comments = bench.github.comments(issue);
  expect(comments).toHaveLength(1);
  return comments[0]?.body ?? '';
}

async function isLetGo(bench: Workbench, workflowId: WorkflowId, status: string): Promise<void> {
  await vi.waitFor(async () => {
    expect(await bench.log.get(workflowId)).toMatchObject({ status, leaseUntil: null });
  });
}

test('F4: a cancel between two attempts turns the placeholder into an honest note', async () => {
  await using bench = await openWorkbench({
    github,
    failures: [{ kind: 'rate_limited', retryAfterSeconds: 50 }],
  });
  const workflowId = await bench.start(issue, { post: true });
  await isLetGo(bench, workflowId, 'retrying');
  expect(bodyOf(bench)).toContain('is drafting a comment');
  await bench.starter.cancel(workflowId);
  const events = await bench.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(bodyOf(bench)).toContain('was cancelled');
});

test('F4: a cancel while paused turns the placeholder into an honest note', async () => {
  await using bench = await openWorkbench({ github, tokensPerSecond: 150 });
  const workflowId = await bench.start(issue, { post: true });
  await bench.until(workflowId, hasDraft);
  await bench.starter.pause(workflowId);
  await isLetGo(bench, workflowId, 'paused');
  expect(bodyOf(bench)).toContain('is drafting a comment');
  await bench.starter.cancel(workflowId);
  const events = await bench.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(bodyOf(bench)).toContain('was cancelled');
});

test('F4: a cancel while GitHub is being posted to waits for the answer, and leaves one comment, with an honest note', async () => {
  await using bench = await openWorkbench({ github });
  const answer = Promise.withResolvers<void>();
  bench.github.holdAfter({ method: 'POST', path: '/issues/7/comments' }, answer.promise);
  const workflowId = await bench.start(issue, { post: true });
  await vi.waitFor(() => expect(bench.github.comments(issue)).toHaveLength(1));
  expect(await bench.starter.cancel(workflowId)).toBe('requested');
  answer.resolve();
  const events = await bench.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(bodyOf(bench)).toContain('was cancelled');
  expect(bench.model.requests).toEqual([]);
});

test('F4: a placeholder whose posting was never recorded is found and turned into a note, too', async () => {
  await using bench = await openWorkbench({ github });
  // GitHub has the comment, and fails before it says so.
  bench.github.answerAfter(
    { method: 'POST', path: '/issues/7/comments' },
    scripted.tooManyRequests(50),
  );
  const workflowId = await bench.start(issue, { post: true });
  await isLetGo(bench, workflowId, 'retrying');
  await bench.starter.cancel(workflowId);
  await bench.ended(workflowId);
  expect(bodyOf(bench)).toContain('was cancelled');
});

test('F4: when the note cannot be left, the workflow ends all the same and a warning says so', async () => {
  await using bench = await openWorkbench({ github, tokensPerSecond: 150 });
  const workflowId = await bench.start(issue, { post: true });
  await bench.until(workflowId, hasDraft);
  bench.github.answer({ method: 'PATCH', path: '/comments/' }, scripted.forbidden);
  await bench.starter.cancel(workflowId);
  const events = await bench.ended(workflowId);
  expect(events.slice(-2)).toMatchObject([
    { type: 'log:created', data: { level: 'warn' } },
    { type: 'workflow:cancelled' },
  ]);
});

test('F4: a cancel while a very slow model is waited for ends at once', async () => {
  await using bench = await openWorkbench({
    github,
    failures: [{ kind: 'slow', tokensPerSecond: 0.01 }],
  });
  const workflowId = await bench.start(issue);
  await vi.waitFor(() => expect(bench.model.requests).toHaveLength(1));
  await bench.starter.cancel(workflowId);
  const events = await bench.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  await vi.waitFor(() => {
    expect(bench.model.requests[0]?.outcome).toBe('aborted by client');
  });
});
