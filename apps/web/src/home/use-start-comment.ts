import type { StartComment } from '@runtape/events';
import { useLocation } from 'wouter';
import { trpc } from '../connect.ts';

/** Starts a workflow and goes to its page. A click repeated after a lost answer starts nothing twice. */
export function useStartComment() {
  const [, navigate] = useLocation();
  const mutation = trpc.startComment.useMutation({
    onSuccess: ({ workflowId }) => navigate(`/workflows/${workflowId}`),
    retry: 2,
  });
  return {
    start: (start: StartComment) =>
      mutation.mutate({ ...start, idempotencyKey: crypto.randomUUID() }),
    isStarting: mutation.isPending || mutation.isSuccess,
    error: mutation.error,
  };
}
