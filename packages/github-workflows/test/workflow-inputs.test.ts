import {
  askRepositoryInputSchema,
  commentOnIssueInputSchema,
  reviewIssueInputSchema,
  startCommentSchema,
  startQuestionSchema,
  startReviewSchema,
} from '../src/contract/index.ts';
import { isWorkflowId } from '@runtape/events';
import { describe, expect, test } from 'vitest';

const github = { kind: 'github', owner: 'o', repo: 'r', issueNumber: 1 };

describe('the input of a comment', () => {
  test.for([
    { target: { kind: 'sample', name: 'one' } },
    { target: github, post: true },
    {
      target: { kind: 'local', issue: '# Bug', path: '/code' },
      threadId: 'a-1',
      idempotencyKey: 'k',
    },
  ])('%o is accepted', (input) => {
    expect(startCommentSchema.parse(input)).toMatchObject(input);
  });

  test('nothing is posted unless requested', () => {
    expect(commentOnIssueInputSchema.parse({ target: github })).toEqual({
      target: github,
      post: false,
    });
  });

  test.for([
    ['no target', {}],
    ['an unknown kind', { target: { kind: 'gitlab', owner: 'o' } }],
    ['an owner that contains a path', { target: { ...github, owner: '../o' } }],
    ['a repository named ..', { target: { ...github, repo: '..' } }],
    ['an issue number of 0', { target: { ...github, issueNumber: 0 } }],
    ['an empty issue', { target: { kind: 'local', issue: ' \n', path: '/code' } }],
    ['an issue of 5 MB', { target: { kind: 'local', issue: 'x'.repeat(5e6), path: '/code' } }],
    ['an empty idempotency key', { target: github, idempotencyKey: '' }],
    ['a thread id with a slash', { target: github, threadId: 'a/b' }],
  ] as const)('%s is refused', ([, input]) => {
    expect(startCommentSchema.safeParse(input).success).toBe(false);
  });

  test('A7: posting a target outside GitHub is refused, and the message says what to do', () => {
    const input = { target: { kind: 'sample', name: 'one' }, post: true };
    expect(startCommentSchema.safeParse(input).error?.issues).toMatchObject([
      { path: ['post'], message: expect.stringContaining('owner/repo#number') },
    ]);
  });
});

describe('B5: an unknown field', () => {
  const budget = { usd: 1, token: 5 };
  const inputs = [
    [startCommentSchema, commentOnIssueInputSchema, { target: github, posts: true }],
    [startCommentSchema, commentOnIssueInputSchema, { target: { ...github, branch: 'main' } }],
    [startReviewSchema, reviewIssueInputSchema, { target: github, budget }],
    [startQuestionSchema, askRepositoryInputSchema, { question: 'Why?', budget }],
    [
      startQuestionSchema,
      askRepositoryInputSchema,
      { question: 'Why?', history: [{ question: 'a', answer: 'b', at: 1 }] },
    ],
  ] as const;

  test.for(inputs)('is refused in a request: %#', ([start, , input]) => {
    expect(start.safeParse(input).error?.issues).toMatchObject([{ code: 'unrecognized_keys' }]);
  });

  test.for(inputs)('is ignored in stored input: %#', ([, stored, input]) => {
    expect(stored.safeParse(input).error).toBeUndefined();
  });
});

describe('workflow ids', () => {
  test.for([`wf_${'a1'.repeat(8)}`, `wf_${'0'.repeat(32)}`])('A11: %s is valid', (id) => {
    expect(isWorkflowId(id)).toBe(true);
  });

  test.for([
    '',
    'wf_',
    'wf_short',
    `wf_${'a'.repeat(33)}`,
    `wf_${'A'.repeat(16)}`,
    `WF_${'a'.repeat(16)}`,
    `wf_${'a'.repeat(15)}}`,
    `wf_${'a'.repeat(16)}\n`,
    `{wf_${'a'.repeat(16)}}`,
    `../wf_${'a'.repeat(16)}`,
  ])('A11: %j is invalid', (id) => {
    expect(isWorkflowId(id)).toBe(false);
  });
});
