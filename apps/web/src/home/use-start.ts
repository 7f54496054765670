import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { useLocation } from 'wouter';
import { trpc } from '../connect.ts';
import { randomId } from '../random-id.ts';
import type { Start } from './draft.ts';

/** The keys of one start, the same for each retry. */
interface StartKeys {
  /** The start as JSON. */
  readonly request: string;
  readonly idempotencyKey: string;
  readonly threadId: string;
}

/**
 * Starts a workflow and opens its page. A repeated click after a lost response does not start it
 * twice.
 */
export function useStart() {
  const [, navigate] = useLocation();
  const { client } = trpc.useUtils();
  const lastKeys = useRef<StartKeys | null>(null);
  const mutation = useMutation({
    /** @returns the path of its page. */
    mutationFn: async ({ start, keys }: { start: Start; keys: StartKeys }): Promise<string> => {
      const { idempotencyKey, threadId } = keys;
      switch (start.kind) {
        case 'comment': {
          const started = await client.startComment.mutate({ ...start.input, idempotencyKey });
          return `/workflows/${started.workflowId}`;
        }
        case 'review': {
          const started = await client.startReview.mutate({ ...start.input, idempotencyKey });
          return `/workflows/${started.workflowId}`;
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
      const request = JSON.stringify(start);
      if (lastKeys.current?.request !== request) {
        lastKeys.current = {
          request,
          idempotencyKey: randomId(),
          threadId: randomId(),
        };
      }
      mutation.mutate({ start, keys: lastKeys.current });
    },
    isStarting: mutation.isPending || mutation.isSuccess,
    error: mutation.error,
  };
}
