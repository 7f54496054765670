import { expect, test } from 'vitest';
import { toStart } from '../src/workflow/start-again.ts';

const target = { kind: 'sample', name: 'doubled' } as const;

test('E8: a failed workflow is started again with its whole input', () => {
  expect(toStart({ workflow: 'commentOnIssue', input: { target, post: false } })).toEqual({
    kind: 'comment',
    input: { target, post: false },
  });
  const review = {
    target,
    maxIterations: 1,
    budget: { usd: 0.5 },
    models: { writer: 'small' },
    onAgentFailure: 'fail',
  } as const;
  expect(toStart({ workflow: 'reviewIssue', input: review })).toEqual({
    kind: 'review',
    input: review,
  });
  const asked = toStart({
    workflow: 'askRepository',
    input: { question: 'Where?', target: { kind: 'sample' } },
  });
  expect(asked).toMatchObject({
    kind: 'ask',
    input: { question: 'Where?', target: { kind: 'sample' } },
  });
});

test.each([
  ['a kind that the page does not start', { workflow: 'postComment', input: { target } }],
  ['an input of another version', { workflow: 'reviewIssue', input: { about: 'x' } }],
])('E8: %s is not started again', (_, asked) => {
  expect(toStart(asked)).toBeNull();
});
