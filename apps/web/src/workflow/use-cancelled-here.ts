import { useQueryClient } from '@tanstack/react-query';
import { getMutationKey } from '@trpc/react-query';
import { useCallback } from 'react';
import { trpc } from '../connect.ts';

/** Tells whether a workflow was cancelled in this tab. */
export function useCancelledHere(workflowId: string): () => boolean {
  const queryClient = useQueryClient();
  return useCallback(
    () =>
      queryClient
        .getMutationCache()
        .findAll({ mutationKey: getMutationKey(trpc.cancelWorkflow) })
        .some(({ state }) => state.status !== 'error' && isAbout(state.variables, workflowId)),
    [queryClient, workflowId],
  );
}

function isAbout(variables: unknown, workflowId: string): boolean {
  return (
    typeof variables === 'object' &&
    variables !== null &&
    'workflowId' in variables &&
    variables.workflowId === workflowId
  );
}
