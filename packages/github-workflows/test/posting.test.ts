import { RetryableError } from '@runtape/engine';
import { type FakeIssue, scripted } from '@runtape/testing';
import { expect, test } from 'vitest';
import { createGitHub } from '../src/github/github-client.ts';
import { postComment } from '../src/posting/github-comments.ts';
import { failureOf, resultOf, retryReasons, stages } from './read-events.ts';
import { openHarness, type Harness, type HarnessOptions } from './harness.ts';

const issue = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const comments = `/repos/acme/app/issues/7/comments`;

/** The comments written to GitHub. */
function writes(harness: Harness): string[] {
  return harness.github.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, status }) => `${method} ${status}`);
}

function open(options: HarnessOptions = {}, changes: Partial<FakeIssue> = {}): Promise<Harness> {
  return openHarness({
    ...options,
    github: {
      repositories: [
        {
          owner: 'acme',
          repo: 'app',
          files: { 'src/queue.ts': 'export function drainQueue() {\n  return null;\n}\n' },
          issues: [
            {
              number: 7,
              title: 'drainQueue returns null',
              body: 'See `drainQueue`.',
              comments: [{ author: 'ada', body: 'Me too.' }],
              ...changes,
            },
          ],
        },
      ],
    },
  });
}

test('A7: a placeholder is posted first and edited into the draft, with a footer that names the author', async () => {
  await using harness = await open();
  const events = await harness.run(issue, { post: true });
  const result = resultOf(events);
  const [, posted] = harness.github.comments(issue);
  expect(posted?.versions).toHaveLength(2);
  expect(posted?.versions[0]).toContain('The draft will appear here');
  expect(posted?.body).toContain(result.comment.trim());
  expect(posted?.body).toContain('no person has checked it');
  expect(result.postedUrl).toBe(`https://github.com/acme/app/issues/7#issuecomment-${posted?.id}`);
  expect(stages(events).slice(-2)).toEqual(['draft_ready', 'posted']);
  const order = harness.github.requests.map(({ method, path }) => `${method} ${path}`);
  expect(order.indexOf(`POST ${comments}`)).toBeLessThan(
    order.findIndex((request) => request.includes('/tarball/')),
  );
});

test('A7: a permanent failure turns the placeholder into an honest note', async () => {
  await using harness = await open({ failures: [{ kind: 'refuse' }] });
  const events = await harness.run(issue, { post: true });
  expect(failureOf(events).code).toBe('model_unauthorized');
  const [, posted] = harness.github.comments(issue);
  expect(posted?.body).toContain('and failed');
  expect(posted?.body).toContain('(`model_unauthorized`)');
  expect(harness.github.comments(issue)).toHaveLength(2);
});

test('A7: the placeholder is kept for the next attempt, and posted once for all attempts', async () => {
  await using harness = await open({ failures: ['ok', { kind: 'cut', afterTokens: 3 }] });
  const events = await harness.run(issue, { post: true });
  resultOf(events);
  expect(retryReasons(events)).toEqual(['model_bad_response']);
  const [, posted] = harness.github.comments(issue);
  expect(posted?.versions).toHaveLength(2);
  expect(writes(harness)).toEqual(['POST 201', 'PATCH 200']);
});

test('A7: when no attempt is left, a temporary failure becomes a note as well', async () => {
  const failures = Array.from(
    { length: 3 },
    () => ({ kind: 'malformed_chunk', afterTokens: 0 }) as const,
  );
  await using harness = await open({ failures });
  const events = await harness.run(issue, { post: true });
  expect(failureOf(events).code).toBe('model_bad_response');
  expect(harness.github.comments(issue)[1]?.versions).toHaveLength(2);
  expect(harness.github.comments(issue)[1]?.body).toContain('(`model_bad_response`)');
});

test('A7: a placeholder whose response was lost is found by its marker and not posted again', async () => {
  // GitHub stores the comment, but fails before confirming it.
  await using harness = await open();
  harness.github.answerAfter({ method: 'POST', path: comments }, scripted.serverError);
  const events = await harness.run(issue, { post: true });
  resultOf(events);
  expect(retryReasons(events)).toEqual(['github_unavailable']);
  expect(harness.github.comments(issue)).toHaveLength(2);
  expect(writes(harness)).toEqual(['POST 502', 'PATCH 200']);
});

test('A7: a comment of another user with a copied marker is not edited', async () => {
  await using harness = await open(
    {},
    {
      comments: [{ author: 'mallory', body: '<!-- runtape:wf_0000000000000001 --> mine' }],
    },
  );
  harness.github.answer({ method: 'POST', path: comments }, scripted.serverError);
  resultOf(await harness.run(issue, { post: true }));
  const [theirs, ours] = harness.github.comments(issue);
  expect(theirs?.versions).toHaveLength(1);
  expect(ours?.author).toBe(harness.github.login);
});

test('A7: without permission to write, no draft is made', async () => {
  await using harness = await open({}, { locked: true });
  const events = await harness.run(issue, { post: true });
  expect(failureOf(events).code).toBe('post_failed');
  expect(failureOf(events).message).toContain('write access to issues');
  expect(harness.model.requests).toEqual([]);
});

test('A7: a draft that could not be posted stays readable, and the failure says so', async () => {
  await using harness = await open();
  harness.github.answer(
    { method: 'PATCH', path: '/issues/comments/' },
    { status: 404, message: 'Not Found' },
  );
  const events = await harness.run(issue, { post: true });
  expect(failureOf(events).code).toBe('post_failed');
  expect(stages(events)).toContain('draft_ready');
});

test('A6: a short rate limit of GitHub is reported as retrying and waited for', async () => {
  await using harness = await open();
  harness.github.answer({ path: '/issues/7' }, scripted.tooManyRequests(1));
  const events = await harness.run(issue);
  resultOf(events);
  expect(retryReasons(events)).toEqual(['github_rate_limited']);
});

test('A6: one failure of GitHub is retried silently, more are reported as retrying', async () => {
  await using harness = await open();
  harness.github.answer({ path: '/commits/HEAD' }, scripted.serverError);
  harness.github.answer({ path: '/tarball/' }, scripted.serverError, scripted.serverError);
  const events = await harness.run(issue);
  resultOf(events);
  expect(retryReasons(events)).toEqual(['github_unavailable']);
});

test('A6: a token that belongs to no user can still read', async () => {
  await using harness = await open();
  harness.github.answer({ path: '/user' }, scripted.forbidden);
  const events = await harness.run(issue);
  expect(resultOf(events).sources).toHaveLength(1);
});

test('A7: a comment without a response from GitHub in time is a temporary failure: the next attempt looks for it', async () => {
  await using harness = await open();
  const never = Promise.withResolvers<void>();
  harness.github.holdAfter({ method: 'POST', path: comments }, never.promise);
  const github = createGitHub(
    { apiUrl: harness.github.url, token: harness.github.token },
    Date.now,
  );
  const posting = postComment(github, issue, 'Hello.', { timeoutMs: 50 });
  await expect(posting).rejects.toMatchObject({ code: 'github_unavailable' });
  await expect(posting).rejects.toBeInstanceOf(RetryableError);
  never.resolve();
});
