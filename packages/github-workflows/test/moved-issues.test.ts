import { expect, test } from 'vitest';
import { createGitHub } from '../src/github/github-client.ts';
import { readGithubIssue } from '../src/github/read-github-issue.ts';
import { fenceIssue } from '../src/issue/fence-issue.ts';
import { startEndpoint } from './endpoint.ts';
import { ofType, resultOf } from './read-events.ts';
import { openHarness } from './harness.ts';

const moved = { owner: 'acme', repo: 'app', issueNumber: 7 };
const target = { kind: 'github', ...moved } as const;
const github = {
  repositories: [
    {
      owner: 'acme',
      repo: 'app',
      files: { 'old.ts': 'export const old = 1;\n' },
      issues: [{ number: 7, title: 'Moved', movedTo: 'acme/other#3' }],
    },
    {
      owner: 'acme',
      repo: 'other',
      files: { 'new.ts': 'export const fresh = 1;\n' },
      issues: [{ number: 3, title: 'Moved', body: 'See it.', comments: [{ body: 'Indeed.' }] }],
    },
  ],
};

test('K4: a moved issue is drafted from the code at its new location, and posted there', async () => {
  await using harness = await openHarness({ github });
  const events = await harness.run(target, { post: true });
  expect(resultOf(events).postedUrl).toContain('acme/other/issues/3');
  expect(harness.github.comments({ owner: 'acme', repo: 'other', issueNumber: 3 })).toHaveLength(2);
  expect(harness.github.comments(moved)).toEqual([]);
  const archives = harness.github.requests.filter(({ path }) => path.includes('/tarball/'));
  expect(archives.map(({ path }) => path)).toEqual([expect.stringContaining('/acme/other/')]);
  expect(ofType(events, 'log:created').map(({ data }) => data.message)).toContainEqual(
    expect.stringContaining('acme/app#7 has moved: it is acme/other#3 now'),
  );
});

test('K4: a draft that a person changed is posted where the issue is now', async () => {
  await using harness = await openHarness({ github });
  await harness.ended(await harness.post({ target, body: 'Hello.' }));
  const comments = harness.github.comments({ owner: 'acme', repo: 'other', issueNumber: 3 });
  expect(comments.at(-1)?.body).toContain('Hello.');
});

const change = 'diff --git a/a.ts b/a.ts\n-old\n+new\n';
const withPull = (diff: string | null) => ({
  repositories: [
    {
      owner: 'acme',
      repo: 'app',
      files: { 'a.ts': 'old\n' },
      issues: [{ number: 7, title: 'Make it new', body: 'Please.', pullRequest: { diff } }],
    },
  ],
});

test('K4: a pull request is called a pull request, and its diff is read', async () => {
  await using harness = await openHarness({ github: withPull(change) });
  const events = await harness.run(target);
  expect(ofType(events, 'status').map(({ data }) => data.message)).toContain(
    'Read the pull request "Make it new".',
  );
  const client = createGitHub({ apiUrl: harness.github.url }, Date.now);
  const fenced = fenceIssue(await readGithubIssue(client, moved, new AbortController().signal));
  expect(fenced).toContain('This is a pull request');
  expect(fenced).toContain('+new');
});

test('K4: a pull request without a diff from GitHub is drafted from its text, with a message', async () => {
  await using harness = await openHarness({ github: withPull(null) });
  const events = await harness.run(target);
  expect(resultOf(events).comment).not.toBe('');
  expect(ofType(events, 'log:created').map(({ data }) => data.message)).toContainEqual(
    expect.stringContaining('could not be read'),
  );
});

test('K4: the beginning of a very long diff is read, with a message', async () => {
  await using harness = await openHarness({
    github: withPull(`${change}${'+x\n'.repeat(400_000)}`),
  });
  const events = await harness.run(target);
  expect(resultOf(events).comment).not.toBe('');
  expect(ofType(events, 'log:created').map(({ data }) => data.message)).toContainEqual(
    expect.stringContaining('too large for the model'),
  );
});

const now = Date.UTC(2026, 0, 1);
const SECOND = 1_000;

test.each<[string, number, string, Record<string, string>, number]>([
  ['a secondary limit without a time', 403, 'You have exceeded a secondary rate limit.', {}, 60],
  [
    'a secondary limit with a remaining quota',
    403,
    'A secondary rate limit is exceeded.',
    { 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': String(now / SECOND + 3_000) },
    60,
  ],
  ['abuse', 403, 'You have triggered an abuse detection mechanism.', {}, 60],
  ['429 without a time', 429, 'Too many requests.', {}, 60],
  ['seconds', 403, 'Wait.', { 'retry-after': '5' }, 5],
  ['a date', 429, 'Wait.', { 'retry-after': new Date(now + 90 * SECOND).toUTCString() }, 90],
  ['a time in the past', 429, 'Wait.', { 'retry-after': '-5' }, 0],
])('K4: a refusal with %s is waited for', async (_, status, message, headers, seconds) => {
  await using endpoint = await startEndpoint((response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ message }));
  });
  const client = createGitHub({ apiUrl: endpoint.url, token: 't' }, () => now);
  const read = readGithubIssue(client, moved, new AbortController().signal);
  await expect(read).rejects.toMatchObject({
    name: 'RetryableError',
    code: 'github_rate_limited',
    retryAfterMs: seconds * SECOND,
  });
});

test.each(['9'.repeat(30), String(now / SECOND + 86_400)])(
  'K4: a quota that resets at %s ends the workflow, and the error says when to start again',
  async (reset) => {
    await using endpoint = await startEndpoint((response) => {
      response.writeHead(403, {
        'content-type': 'application/json',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': reset,
      });
      response.end(JSON.stringify({ message: 'API rate limit exceeded.' }));
    });
    const client = createGitHub({ apiUrl: endpoint.url, token: 't' }, () => now);
    const read = readGithubIssue(client, moved, new AbortController().signal);
    await expect(read).rejects.toMatchObject({
      name: 'FatalError',
      code: 'github_rate_limited',
      message: expect.stringContaining('Start again after 2026-01-'),
    });
  },
);
