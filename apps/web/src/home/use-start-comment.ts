import type { StartComment } from '@runtape/events';
import { useRef } from 'react';
import { useLocation } from 'wouter';
import { trpc } from '../connect.ts';

/** Starts a workflow and goes to its page. A click repeated after a lost answer starts nothing twice. */
export function useStartComment() {
  const [, navigate] = useLocation();
  const asked = useRef<{ readonly what: string; readonly idempotencyKey: string } | null>(null);
  const mutation = trpc.startComment.useMutation({
    onSuccess: ({ workflowId }) => navigate(`/workflows/${workflowId}`),
  });
  return {
    start: (start: StartComment) => {
      const what = JSON.stringify(start);
      if (asked.current?.what !== what) {
        asked.current = { what, idempotencyKey: crypto.randomUUID() };
      }
      mutation.mutate({ ...start, idempotencyKey: asked.current.idempotencyKey });
    },
    isStarting: mutation.isPending || mutation.isSuccess,
    error: mutation.error,
  };
}
