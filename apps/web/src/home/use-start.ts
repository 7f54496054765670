import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { useLocation } from 'wouter';
import { trpc } from '../connect.ts';
import { randomId } from '../random-id.ts';
import type { Start } from './draft.ts';

/** The keys of one start, the same for each retry. */
interface Asked {
  readonly what: string;
  readonly idempotencyKey: string;
  readonly threadId: string;
}

/**
 * Starts a workflow and opens its page. A repeated click after a lost answer starts nothing twice.
 */
export function useStart() {
  const [, navigate] = useLocation();
  const { client } = trpc.useUtils();
  const asked = useRef<Asked | null>(null);
  const mutation = useMutation({
    /** @returns the path of its page. */
    mutationFn: async ({ start, as }: { start: Start; as: Asked }): Promise<string> => {
      const { idempotencyKey, threadId } = as;
      switch (start.kind) {
        case 'comment': {
          const begun = await client.startComment.mutate({ ...start.input, idempotencyKey });
          return `/workflows/${begun.workflowId}`;
        }
        case 'review': {
          const begun = await client.startReview.mutate({ ...start.input, idempotencyKey });
          return `/workflows/${begun.workflowId}`;
        }
        case 'ask':
          await client.startQuestion.mutate({ ...start.input, idempotencyKey, threadId });
          return `/ask/${threadId}`;
      }
    },
    onSuccess: (path) => navigate(path),
  });
  return {
    start: (start: Start) => {
      const what = JSON.stringify(start);
      if (asked.current?.what !== what) {
        asked.current = {
          what,
          idempotencyKey: randomId(),
          threadId: randomId(),
        };
      }
      mutation.mutate({ start, as: asked.current });
    },
    isStarting: mutation.isPending || mutation.isSuccess,
    error: mutation.error,
  };
}
