import { postCommentResultSchema } from '@runtape/github-workflows/contract';
import { hasEnded, type WorkflowId } from '@runtape/events';
import { useWorkflowStream } from '@runtape/react';
import { useRef } from 'react';
import { trpc } from '../connect.ts';
import { randomId } from '../random-id.ts';

export type PostState =
  | { readonly kind: 'none' }
  | { readonly kind: 'posting'; readonly message: string }
  | { readonly kind: 'posted'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Posts a text as a comment and follows the workflow that posts it.
 * @param postId the id of that workflow; `null` before it is started.
 * @param onStarted called with its id.
 */
export function usePost(
  workflowId: string,
  postId: string | null,
  onStarted: (postId: WorkflowId, body: string) => void,
) {
  const { workflow, error } = useWorkflowStream(postId ?? '', { enabled: postId !== null });
  // A repeated click after a lost response must not post twice; after a failure it is a new
  // attempt.
  const request = useRef<{ readonly body: string; readonly idempotencyKey: string } | null>(null);
  const mutation = trpc.postComment.useMutation({
    onSuccess: (started, { body }) => {
      request.current = null;
      onStarted(started.workflowId, body);
    },
  });
  const toState = (): PostState => {
    if (mutation.isPending) return { kind: 'posting', message: 'Posting …' };
    if (mutation.error !== null) return { kind: 'failed', message: mutation.error.message };
    if (postId === null) return { kind: 'none' };
    const result = postCommentResultSchema.safeParse(workflow.result);
    if (result.success) return { kind: 'posted', url: result.data.postedUrl };
    if (workflow.error !== null) return { kind: 'failed', message: workflow.error.message };
    // The workflow has expired; only GitHub knows whether it posted.
    if (error?.kind === 'refused') return { kind: 'none' };
    if (hasEnded(workflow.status)) return { kind: 'failed', message: 'Posting was cancelled.' };
    return {
      kind: 'posting',
      message: workflow.statuses.at(-1)?.message ?? 'Waiting for a worker …',
    };
  };
  return {
    state: toState(),
    post: (body: string): void => {
      if (request.current?.body !== body) request.current = { body, idempotencyKey: randomId() };
      mutation.mutate({ workflowId, ...request.current });
    },
  };
}
