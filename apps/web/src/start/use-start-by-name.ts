import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { useLocation } from 'wouter';
import { trpc } from '../connect.ts';
import { randomId } from '../random-id.ts';
import type { JsonValue } from '../ui/json.ts';

/**
 * Starts a workflow by the name of its definition and opens its page. A repeated click after a lost
 * response does not start it twice.
 */
export function useStartByName() {
  const [, navigate] = useLocation();
  const { client } = trpc.useUtils();
  const last = useRef({ request: '', idempotencyKey: '' });
  const mutation = useMutation({
    mutationFn: (start: { workflow: string; input: JsonValue; idempotencyKey: string }) =>
      client.start.mutate(start),
    onSuccess: ({ workflowId }) => navigate(`/workflows/${workflowId}`),
  });
  return {
    start: (workflow: string, input: JsonValue): void => {
      const request = JSON.stringify({ workflow, input });
      if (last.current.request !== request) {
        last.current = { request, idempotencyKey: randomId() };
      }
      mutation.mutate({ workflow, input, idempotencyKey: last.current.idempotencyKey });
    },
    isStarting: mutation.isPending || mutation.isSuccess,
    error: mutation.error,
  };
}
