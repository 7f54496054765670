import { describe, expect, test } from 'vitest';
import { startApi } from './start-api.ts';

const target = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;
const body = 'As I have changed it.';

describe('A7: postComment', () => {
  test.each(['startComment', 'startReview'] as const)(
    'a draft by %s is posted by a workflow of its own, in the same thread',
    async (draft) => {
      await using started = startApi();
      const { workflowId } = await started.caller[draft]({ target, threadId: 'thread-1' });
      const post = await started.caller.postComment({ workflowId, body: `  ${body}\n` });
      const record = await started.log.get(post.workflowId);
      expect(record).toMatchObject({
        workflow: 'postComment',
        summary: { target: 'acme/app#7' },
        threadId: 'thread-1',
      });
      expect(await started.log.input(post.workflowId)).toEqual({
        target,
        body,
        draftedBy: workflowId,
      });
    },
  );

  test('one idempotency key posts once; another text needs another key', async () => {
    await using started = startApi();
    const { workflowId } = await started.caller.startComment({ target });
    const post = { workflowId, body, idempotencyKey: 'k' };
    const first = await started.caller.postComment(post);
    const second = await started.caller.postComment(post);
    expect(second).toEqual({ workflowId: first.workflowId, created: false });
    await expect(started.caller.postComment({ ...post, body: 'Other.' })).rejects.toMatchObject({
      cause: { code: 'idempotency_conflict' },
    });
  });

  test('text that was not drafted for a GitHub issue is refused', async () => {
    await using started = startApi();
    const { caller } = started;
    const sample = await caller.startComment({ target: { kind: 'sample', name: 'slow' } });
    const question = await caller.startQuestion({ question: 'How?' });
    for (const { workflowId } of [sample, question]) {
      await expect(caller.postComment({ workflowId, body })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        cause: { code: 'post_needs_github_issue' },
      });
    }
  });

  test('without a token it is refused before anything is started', async () => {
    await using started = startApi({ canPost: false });
    const { workflowId } = await started.caller.startComment({ target });
    await expect(started.caller.postComment({ workflowId, body })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      cause: { code: 'post_needs_token' },
    });
    const { workflows } = await started.caller.workflow.list();
    expect(workflows).toHaveLength(1);
  });

  test('an empty and an overlong comment are refused', async () => {
    await using started = startApi();
    const { workflowId } = await started.caller.startComment({ target });
    for (const wrong of ['  \n', 'x'.repeat(65_001)]) {
      await expect(started.caller.postComment({ workflowId, body: wrong })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      });
    }
  });

  test('over plain HTTP: 201 and the location of the workflow, and an error with its docs', async () => {
    await using started = startApi();
    const { workflowId } = await started.caller.startComment({ target });
    const post = async (id: string) =>
      await started.api.fetch(
        new Request(`http://127.0.0.1/api/workflows/${id}/post`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'k' },
          body: JSON.stringify({ body }),
        }),
      );
    const first = await post(workflowId);
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toMatch(/^\/api\/workflows\/wf_/);
    expect((await post(workflowId)).status).toBe(200);
    const unknown = await post('wf_zzzzzzzzzzzzzzzz');
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { code: 'unknown_workflow' } });
  });
});
