import type { WorkflowSnapshot } from '@runtape/events';
import { useMutation } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { toast } from 'sonner';
import { trpc } from '../connect.ts';
import { findKind } from '../home/kinds.ts';
import { useStart } from '../home/use-start.ts';
import { useMayChange } from '../session/permissions.ts';
import { Button } from '../ui/button.tsx';
import { toastFailure } from './control-buttons.tsx';
import { toStart } from './start-again.ts';

/** Starts a failed workflow again with the same input. */
export function TryAgainButton(props: {
  readonly workflow: Pick<WorkflowSnapshot, 'workflowId' | 'workflow'>;
}): ReactNode {
  const { workflowId, workflow } = props.workflow;
  const { client } = trpc.useUtils();
  const mayChange = useMayChange(workflowId);
  const { start, isStarting, error } = useStart();
  const reading = useMutation({
    mutationFn: () => client.workflow.input.query({ workflowId }),
    onSuccess: (input) => {
      const again = toStart(input);
      if (again === null) toast.error('The input of the workflow could not be read');
      else start(again);
    },
    onError: toastStartFailure,
  });
  useEffect(() => {
    if (error !== null) toastStartFailure(error);
  }, [error]);
  if (!mayChange || findKind(workflow) === null) return null;
  const isBusy = isStarting || reading.isPending;
  return (
    <Button disabled={isBusy} onClick={() => reading.mutate()}>
      <RotateCw aria-hidden />
      {isBusy ? 'Starting …' : 'Try again'}
    </Button>
  );
}

const toastStartFailure = toastFailure('started');
