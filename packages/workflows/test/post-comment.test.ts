import { postCommentResultSchema, type WorkflowEvent } from '@runtape/events';
import { type FakeIssue, scripted } from '@runtape/testing';
import { expect, test } from 'vitest';
import { failureOf, ofType, retryReasons, stages, textOf } from './read-events.ts';
import { openWorkbench, type Workbench, type WorkbenchOptions } from './workbench.ts';

const target = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const comments = `/repos/acme/app/issues/7/comments`;
const body = 'It is **fixed**, @ada.\n\nSee `queue.ts`.';

function open(
  options: WorkbenchOptions = {},
  changes: Partial<FakeIssue> = {},
): Promise<Workbench> {
  const issue = { number: 7, title: 'drainQueue returns null', comments: [{ body: 'Me too.' }] };
  return openWorkbench({
    ...options,
    github: {
      repositories: [{ owner: 'acme', repo: 'app', issues: [{ ...issue, ...changes }] }],
    },
  });
}

function postedUrl(events: readonly WorkflowEvent[]): string {
  const [completed] = ofType(events, 'workflow:completed');
  return postCommentResultSchema.parse(completed?.data.result).postedUrl;
}

test('A7: what a person has written is posted as it is, and says where', async () => {
  await using bench = await open();
  const events = await bench.ended(await bench.post({ target, body }));
  const [, posted] = bench.github.comments(target);
  expect(posted?.versions).toEqual([expect.stringMatching(/^<!-- runtape:wf_\w+ -->\n\n/)]);
  expect(posted?.body.endsWith(body)).toBe(true);
  expect(postedUrl(events)).toBe(`https://github.com/acme/app/issues/7#issuecomment-${posted?.id}`);
  expect(stages(events)).toEqual(['authenticated', 'issue_read', 'posting', 'posted']);
  expect(textOf(events, 'draft')).toBe(body);
  expect(bench.model.requests).toEqual([]);
});

test('A7: a comment whose answer was lost is found by its marker and not posted again', async () => {
  // The comment is there, and the worker does not get to know.
  await using bench = await open();
  bench.github.answerAfter({ method: 'POST', path: comments }, scripted.serverError);
  const events = await bench.ended(await bench.post({ target, body }));
  expect(retryReasons(events)).toEqual(['github_unavailable']);
  const [, posted, ...others] = bench.github.comments(target);
  expect(others).toEqual([]);
  expect(postedUrl(events)).toContain(`#issuecomment-${posted?.id}`);
});

test('A7: without a token nothing is asked of GitHub, and the failure says what to set', async () => {
  await using bench = await open({ token: null });
  const events = await bench.ended(await bench.post({ target, body }));
  expect(failureOf(events)).toMatchObject({
    code: 'post_needs_token',
    message: expect.stringContaining('GITHUB_TOKEN'),
  });
  expect(bench.github.requests).toEqual([]);
});

test('A7: an issue that takes no comments is a failure that says why', async () => {
  await using bench = await open({}, { locked: true });
  const events = await bench.ended(await bench.post({ target, body }));
  expect(failureOf(events).code).toBe('post_failed');
  expect(bench.github.comments(target)).toHaveLength(1);
});
