import { expect, test } from 'vitest';
import { startApi } from './start-api.ts';

test('D5: the input of a question is available, with the whole question and the earlier conversation', async () => {
  await using started = startApi();
  const question = 'Where?\n\nAnd why there?';
  const history = [{ question: 'How?', answer: 'So.' }];
  const { workflowId } = await started.caller.startQuestion({ question, history });
  expect(await started.caller.workflow.input({ workflowId })).toEqual({
    workflow: 'askRepository',
    input: { question, history, target: { kind: 'sample' } },
  });
});

test('A11: an unknown workflow is reported as such', async () => {
  await using started = startApi();
  const call = started.caller.workflow.input({ workflowId: 'wf_zzzzzzzzzzzzzzzz' });
  await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('features: folders and posting are offered only where they are possible', async () => {
  await using open = startApi();
  expect(await open.caller.features()).toMatchObject({
    folders: true,
    posting: true,
    githubHost: 'github.com',
  });
  await using closed = startApi({
    allowLocal: false,
    canPost: false,
    githubHost: 'ghe.example.org',
  });
  expect(await closed.caller.features()).toMatchObject({
    folders: false,
    posting: false,
    postingObstacle: 'post_needs_token',
    githubHost: 'ghe.example.org',
  });
});
