import type { WorkflowEvent } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { ofType, textOf } from './read-events.ts';
import { openWorkbench } from './workbench.ts';

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
  await vi.waitFor(
    () => {
      expect(bench.github.comments(issue)[0]?.body).toContain('was cancelled');
    },
    { timeout: 5_000 },
  );
  expect(bench.github.comments(issue)).toHaveLength(1);
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
