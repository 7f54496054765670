import { postCommentResultSchema } from '../src/contract/index.ts';
import { type WorkflowEvent } from '@runtape/events';
import { type FakeIssue, scripted } from '@runtape/testing';
import { expect, test, vi } from 'vitest';
import { failureOf, ofType, retryReasons, stages, textOf } from './read-events.ts';
import { openHarness, type Harness, type HarnessOptions } from './harness.ts';

const target = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const comments = `/repos/acme/app/issues/7/comments`;
const body = 'It is **fixed**, @ada.\n\nSee `queue.ts`.';

function open(options: HarnessOptions = {}, changes: Partial<FakeIssue> = {}): Promise<Harness> {
  const issue = { number: 7, title: 'drainQueue returns null', comments: [{ body: 'Me too.' }] };
  return openHarness({
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

test('A7: text written by a person is posted unchanged, with its location', async () => {
  await using harness = await open();
  const events = await harness.ended(await harness.post({ target, body }));
  const [, posted] = harness.github.comments(target);
  expect(posted?.versions).toEqual([expect.stringMatching(/^<!-- runtape:wf_\w+ -->\n\n/)]);
  expect(posted?.body.endsWith(body)).toBe(true);
  expect(postedUrl(events)).toBe(`https://github.com/acme/app/issues/7#issuecomment-${posted?.id}`);
  expect(stages(events)).toEqual(['authenticated', 'issue_read', 'posting', 'posted']);
  expect(textOf(events, 'draft')).toBe(body);
  expect(harness.model.requests).toEqual([]);
});

test('A7: a comment whose response was lost is found by its marker and not posted again', async () => {
  // The comment exists, but the worker does not learn of it.
  await using harness = await open();
  harness.github.answerAfter({ method: 'POST', path: comments }, scripted.serverError);
  const events = await harness.ended(await harness.post({ target, body }));
  expect(retryReasons(events)).toEqual(['github_unavailable']);
  const [, posted, ...others] = harness.github.comments(target);
  expect(others).toEqual([]);
  expect(postedUrl(events)).toContain(`#issuecomment-${posted?.id}`);
});

test('A7: without a token no request is sent to GitHub, and the failure says what to set', async () => {
  await using harness = await open({ token: null });
  const events = await harness.ended(await harness.post({ target, body }));
  expect(failureOf(events)).toMatchObject({
    code: 'post_needs_token',
    message: expect.stringContaining('GITHUB_TOKEN'),
  });
  expect(harness.github.requests).toEqual([]);
});

test('A7: an issue that accepts no comments is a failure with the reason', async () => {
  await using harness = await open({}, { locked: true });
  const events = await harness.ended(await harness.post({ target, body }));
  expect(failureOf(events).code).toBe('post_failed');
  expect(harness.github.comments(target)).toHaveLength(1);
});

const warnings = (events: readonly WorkflowEvent[]): readonly string[] =>
  ofType(events, 'log:created').map(({ data }) => data.message);

test('F4: a comment that was posted while its cancel arrived is reported, with its location', async () => {
  await using harness = await open();
  const answer = Promise.withResolvers<void>();
  harness.github.holdAfter({ method: 'POST', path: comments }, answer.promise);
  const workflowId = await harness.post({ target, body });
  await vi.waitFor(() => expect(harness.github.comments(target)).toHaveLength(2));
  expect(await harness.starter.cancel(workflowId)).toBe('requested');
  answer.resolve();
  const events = await harness.ended(workflowId);
  const [, posted] = harness.github.comments(target);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(warnings(events)).toEqual([
    expect.stringContaining(`https://github.com/acme/app/issues/7#issuecomment-${posted?.id} `),
  ]);
  // A person's edits are not overwritten.
  expect(posted?.versions).toHaveLength(1);
});

test('F4: a comment whose response was lost is reported by a cancel before the next attempt as well', async () => {
  await using harness = await open();
  harness.github.answerAfter({ method: 'POST', path: comments }, scripted.tooManyRequests(50));
  const workflowId = await harness.post({ target, body });
  await vi.waitFor(async () => {
    const record = await harness.log.get(workflowId);
    expect(record).toMatchObject({ status: 'retrying', leaseUntil: null });
  });
  await harness.starter.cancel(workflowId);
  const events = await harness.ended(workflowId);
  const [, posted] = harness.github.comments(target);
  expect(warnings(events)).toEqual([expect.stringContaining(`#issuecomment-${posted?.id} `)]);
});

test('F4: a cancel before posting reports no comment', async () => {
  await using harness = await open();
  const answer = Promise.withResolvers<void>();
  harness.github.holdAfter({ method: 'GET', path: '/repos/acme/app/issues/7' }, answer.promise);
  const workflowId = await harness.post({ target, body });
  await harness.until(workflowId, (events) => stages(events).includes('authenticated'));
  await harness.starter.cancel(workflowId);
  answer.resolve();
  const events = await harness.ended(workflowId);
  expect(events.at(-1)?.type).toBe('workflow:cancelled');
  expect(warnings(events)).toEqual([]);
  expect(harness.github.comments(target)).toHaveLength(1);
});
