import type { WorkflowEvent, WorkflowId } from '@runtape/events';
import { scripted } from '@runtape/testing';
import { expect, test, vi } from 'vitest';
import { ofType, textOf } from './read-events.ts';
import { openHarness, type Harness } from './harness.ts';

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
  await using harness = await openHarness({ github, tokensPerSecond: 150 });
  const workflowId = await harness.start(issue);
  await harness.until(workflowId, hasDraft);
  await harness.starter.cancel(workflowId, { by: 'ada', reason: 'enough' });
  const events = await harness.ended(workflowId);
  expect(events.at(-1)).toMatchObject({
    type: 'workflow:cancelled',
    data: { by: 'ada', reason: 'enough' },
  });
  expect(hasDraft(events)).toBe(true);
  expect(ofType(events, 'token').some(({ data }) => data.part === 'draft' && data.isComplete)).toBe(
    false,
  );
  await vi.waitFor(() => {
    expect(harness.model.requests.at(-1)?.outcome).toBe('aborted by client');
  });
});

test('F4: a cancel while the placeholder is on GitHub turns it into an honest note', async () => {
  await using harness = await openHarness({ github, tokensPerSecond: 150 });
  const workflowId = await harness.start(issue, { post: true });
  await harness.until(workflowId, hasDraft);
  expect(harness.github.comments(issue)[0]?.body).toContain('is drafting a comment');
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  await vi.waitFor(() => {
    expect(harness.github.comments(issue)[0]?.body).toContain('was cancelled');
  });
  expect(harness.github.comments(issue)).toHaveLength(1);
});

/** The current text of the only comment. */
function bodyOf(harness: Harness): string {
  const comments = harness.github.comments(issue);
  expect(comments).toHaveLength(1);
  return comments[0]?.body ?? '';
}

async function untilReleased(
  harness: Harness,
  workflowId: WorkflowId,
  status: string,
): Promise<void> {
  await vi.waitFor(async () => {
    expect(await harness.log.get(workflowId)).toMatchObject({ status, leaseUntil: null });
  });
}

test('F4: a cancel between two attempts turns the placeholder into an honest note', async () => {
  await using harness = await openHarness({
    github,
    failures: [{ kind: 'rate_limited', retryAfterSeconds: 50 }],
  });
  const workflowId = await harness.start(issue, { post: true });
  await untilReleased(harness, workflowId, 'retrying');
  expect(bodyOf(harness)).toContain('is drafting a comment');
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(bodyOf(harness)).toContain('was cancelled');
});

test('F4: a cancel while paused turns the placeholder into an honest note', async () => {
  await using harness = await openHarness({ github, tokensPerSecond: 150 });
  const workflowId = await harness.start(issue, { post: true });
  await harness.until(workflowId, hasDraft);
  await harness.starter.pause(workflowId);
  await untilReleased(harness, workflowId, 'paused');
  expect(bodyOf(harness)).toContain('is drafting a comment');
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(bodyOf(harness)).toContain('was cancelled');
});

test('F4: a cancel during a post to GitHub waits for the response, and leaves one comment, with an honest note', async () => {
  await using harness = await openHarness({ github });
  const answer = Promise.withResolvers<void>();
  harness.github.holdAfter({ method: 'POST', path: '/issues/7/comments' }, answer.promise);
  const workflowId = await harness.start(issue, { post: true });
  await vi.waitFor(() => expect(harness.github.comments(issue)).toHaveLength(1));
  expect(await harness.starter.cancel(workflowId)).toBe('requested');
  answer.resolve();
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(bodyOf(harness)).toContain('was cancelled');
  expect(harness.model.requests).toEqual([]);
});

test('F4: a placeholder whose posting was never recorded is found and turned into a note as well', async () => {
  await using harness = await openHarness({ github });
  // GitHub stores the comment, but fails before confirming it.
  harness.github.answerAfter(
    { method: 'POST', path: '/issues/7/comments' },
    scripted.tooManyRequests(50),
  );
  const workflowId = await harness.start(issue, { post: true });
  await untilReleased(harness, workflowId, 'retrying');
  await harness.starter.cancel(workflowId);
  await harness.ended(workflowId);
  expect(bodyOf(harness)).toContain('was cancelled');
});

test('F4: when the note cannot be posted, the workflow still ends and a warning says so', async () => {
  await using harness = await openHarness({ github, tokensPerSecond: 150 });
  const workflowId = await harness.start(issue, { post: true });
  await harness.until(workflowId, hasDraft);
  harness.github.answer({ method: 'PATCH', path: '/comments/' }, scripted.forbidden);
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(events.slice(-2)).toMatchObject([
    { type: 'log:created', data: { level: 'warn' } },
    { type: 'workflow:cancelled' },
  ]);
});

test('F4: a cancel while waiting for a very slow model ends the workflow immediately', async () => {
  await using harness = await openHarness({
    github,
    failures: [{ kind: 'slow', tokensPerSecond: 0.01 }],
  });
  const workflowId = await harness.start(issue);
  await vi.waitFor(() => expect(harness.model.requests).toHaveLength(1));
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  await vi.waitFor(() => {
    expect(harness.model.requests[0]?.outcome).toBe('aborted by client');
  });
});
