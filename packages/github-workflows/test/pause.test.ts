import type { WorkflowEvent } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { ofType, textOf } from './read-events.ts';
import { openHarness } from './harness.ts';

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
const isPaused = (events: readonly WorkflowEvent[]): boolean =>
  events.at(-1)?.type === 'workflow:paused';

test('E14, F4: a pause in the middle of the draft aborts the request to the model and leaves the placeholder; a resume fills it', async () => {
  await using harness = await openHarness({ github, tokensPerSecond: 300 });
  const workflowId = await harness.start(issue, { post: true });
  await harness.until(workflowId, hasDraft);
  expect(await harness.starter.pause(workflowId, { by: 'ada' })).toBe('requested');
  const paused = await harness.until(workflowId, isPaused);
  expect(hasDraft(paused)).toBe(true);
  await vi.waitFor(() => {
    expect(harness.model.requests.at(-1)?.outcome).toBe('aborted by client');
  });
  const requested = harness.model.requests.length;
  expect(harness.github.comments(issue)[0]?.body).toContain('is drafting a comment');
  expect(await harness.starter.resume(workflowId)).toBe('resumed');
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:completed');
  expect(harness.model.requests.length).toBeGreaterThan(requested);
  const steps = ofType(events, 'step:completed').map(({ data }) => data.step);
  expect(new Set(steps).size).toBe(steps.length);
  const comments = harness.github.comments(issue);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).not.toContain('is drafting a comment');
});
