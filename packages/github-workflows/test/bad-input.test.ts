import type { IssueTarget } from '../src/contract/index.ts';
import { join } from 'node:path';
import { type FakeRepository, scripted } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import type { WorkflowFailureCode } from '../src/index.ts';
import { failureOf, retryReasons } from './read-events.ts';
import { openHarness, type Harness, type HarnessOptions } from './harness.ts';

const repository: FakeRepository = {
  owner: 'acme',
  repo: 'app',
  files: { 'src/queue.ts': 'export function drainQueue() {}\n' },
  issues: [
    { number: 7, title: 'drainQueue does nothing', body: '`drainQueue` does nothing.' },
    { number: 9, title: 'gone', deleted: true },
  ],
};
const issue = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const github = { repositories: [repository] };

interface Case {
  readonly name: string;
  readonly code: WorkflowFailureCode;
  /** Text that the message must contain. */
  readonly says: string;
  readonly target?: IssueTarget;
  readonly post?: boolean;
  readonly options?: HarnessOptions;
  readonly prepare?: (harness: Harness) => void;
}

const cases: readonly Case[] = [
  {
    name: 'an unknown sample',
    code: 'unknown_sample',
    says: 'There are: disk-full',
    target: { kind: 'sample', name: 'nope' },
  },
  {
    name: 'an unknown repository',
    code: 'repository_not_found',
    says: 'check its spelling and the access of the token',
    target: { ...issue, repo: 'nope' },
  },
  {
    name: 'a private repository without a token',
    code: 'repository_not_found',
    says: 'set GITHUB_TOKEN',
    options: { token: null, github: { repositories: [{ ...repository, private: true }] } },
  },
  {
    name: 'an unknown issue',
    code: 'issue_not_found',
    says: 'no issue #8 in acme/app',
    target: { ...issue, issueNumber: 8 },
  },
  {
    name: 'a deleted issue',
    code: 'issue_deleted',
    says: 'acme/app#9 was deleted',
    target: { ...issue, issueNumber: 9 },
  },
  {
    name: 'a wrong token',
    code: 'github_unauthorized',
    says: 'GITHUB_TOKEN',
    options: { token: 'wrong' },
  },
  {
    name: 'a token that may not read issues',
    code: 'github_forbidden',
    says: 'Give the token access',
    prepare: (harness) => harness.github.answer({ path: '/issues/7' }, scripted.forbidden),
  },
  {
    name: 'a rate limit that lasts for an hour',
    code: 'github_rate_limited',
    says: 'Start again after',
    prepare: (harness) => harness.github.answer({ path: '/issues/7' }, scripted.rateLimited(3_600)),
  },
  {
    name: 'a repository without a commit',
    code: 'repository_empty',
    says: 'no commit',
    options: { github: { repositories: [{ ...repository, empty: true }] } },
  },
  {
    name: 'a repository with ../ in its archive',
    code: 'archive_unsafe',
    says: 'leads out of it',
    options: {
      github: {
        repositories: [{ ...repository, rawEntries: [{ path: 'top/../../evil', content: 'x' }] }],
      },
    },
  },
  {
    name: 'a repository above the limits',
    code: 'repository_too_large',
    says: 'name the folder instead',
    options: { changes: { limits: { maxEntries: 1 } } },
  },
  {
    name: 'a folder that does not exist',
    code: 'folder_not_found',
    says: 'no folder "not-here"',
    target: { kind: 'local', issue: 'x', path: join(import.meta.dirname, 'not-here') },
  },
  {
    name: 'a file instead of a folder',
    code: 'folder_not_found',
    says: 'not a folder',
    target: { kind: 'local', issue: 'x', path: import.meta.filename },
  },
  {
    name: 'a relative path',
    code: 'folder_not_found',
    says: 'not an absolute path',
    target: { kind: 'local', issue: 'x', path: 'somewhere' },
  },
  {
    name: 'a local folder where that is not allowed',
    code: 'local_not_allowed',
    says: 'Name a GitHub issue instead',
    target: { kind: 'local', issue: 'x', path: import.meta.dirname },
    options: { changes: { allowLocal: false } },
  },
  {
    name: 'posting without a token',
    code: 'post_needs_token',
    says: 'Set GITHUB_TOKEN',
    post: true,
    options: { token: null },
  },
  {
    name: 'posting about a sample',
    code: 'post_needs_github_issue',
    says: 'without posting',
    target: { kind: 'sample', name: 'disk-full' },
    post: true,
  },
];

describe('B5: fails with a code and a message that says what to do', () => {
  test.each(cases)('$name: $code', async ({ code, says, target, post, options, prepare }) => {
    await using harness = await openHarness({ github, ...options });
    prepare?.(harness);
    const events = await harness.run(target ?? issue, { post: post ?? false });
    const failure = failureOf(events);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(says);
    expect(failure.message).not.toContain(harness.scratch.path);
    expect(failure.message).not.toContain(import.meta.dirname);
    expect(retryReasons(events)).toEqual([]);
    // No cost arose, and nothing was written.
    expect(harness.model.requests).toEqual([]);
    expect(harness.github.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('posting without a token or to no issue sends no request', async () => {
    await using harness = await openHarness({ github, token: null });
    failureOf(await harness.run(issue, { post: true }));
    expect(harness.github.requests).toEqual([]);
  });
});
