import type { RuntapeClientError } from '@runtape/client';
import type { StreamEntry } from '@runtape/events';
import { useQueryClient } from '@tanstack/react-query';
import { getMutationKey } from '@trpc/react-query';
import { useCallback } from 'react';
import { toast } from 'sonner';
import { trpc } from '../connect.ts';
import { formatCost, formatCount } from '../format/numbers.ts';

/** The `by` of a workflow that was cancelled because its budget was spent. */
const BUDGET = 'budget';

/**
 * Shows important events as toasts, each once.
 * @param cancelledHere returns whether the workflow was cancelled in this tab.
 */
export function toastEvent({ id, message }: StreamEntry, cancelledHere: () => boolean): void {
  switch (message.type) {
    case 'workflow:cancelled':
      // `budget:exceeded` already has a toast.
      if (message.data.by === BUDGET || cancelledHere()) return;
      toast.info('Someone cancelled the workflow', { id, description: message.data.reason });
      return;
    case 'workflow:completed':
      toast.success('Completed', { id });
      return;
    case 'workflow:failed':
      toast.error('The workflow failed', { id, description: message.data.error.message });
      return;
    case 'workflow:retrying': {
      const { attempt, maxAttempts, reason } = message.data;
      const description = `${reason.message} Trying again, attempt ${attempt} of ${maxAttempts}.`;
      toast.warning('Something went wrong', { id, description });
      return;
    }
    case 'budget:warning':
      toast.warning('Most of the budget is spent', {
        id,
        description: describeSpending(message.data),
      });
      return;
    case 'budget:exceeded':
      toast.error('All of the budget is spent', {
        id,
        description: describeSpending(message.data),
      });
      return;
    default:
  }
}

export function toastConnectionLost(error: RuntapeClientError): void {
  // A refused stream has its own page.
  if (error.kind === 'refused') return;
  toast.error('The connection is lost', { id: 'connection', description: error.message });
}

interface Spending {
  readonly unit: 'usd' | 'tokens';
  readonly spent: number;
  readonly limit: number;
}

function describeSpending({ unit, spent, limit }: Spending): string {
  return unit === 'usd'
    ? `${formatCost(spent)} of ${formatCost(limit)}.`
    : `${formatCount(spent)} of ${formatCount(limit)} tokens.`;
}

/** Whether the workflow was cancelled in this tab. */
export function useCancelledHere(workflowId: string): () => boolean {
  const queryClient = useQueryClient();
  return useCallback(
    () =>
      queryClient
        .getMutationCache()
        .findAll({ mutationKey: getMutationKey(trpc.cancelWorkflow) })
        .some(({ state }) => state.status !== 'error' && isFor(state.variables, workflowId)),
    [queryClient, workflowId],
  );
}

function isFor(variables: unknown, workflowId: string): boolean {
  return (
    typeof variables === 'object' &&
    variables !== null &&
    'workflowId' in variables &&
    variables.workflowId === workflowId
  );
}
