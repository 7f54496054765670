import type { WorkflowSnapshot } from '@runtape/events';
import { useMutation } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { toast } from 'sonner';
import { trpc } from '../connect.ts';
import { kindOf } from '../home/kinds.ts';
import { useStart } from '../home/use-start.ts';
import { useMayChange } from '../session/permissions.ts';
import { Button } from '../ui/button.tsx';
import { startAgain } from './start-again.ts';

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
    onSuccess: (asked) => {
      const again = startAgain(asked);
      if (again === null) toast.error('The input of the workflow could not be read');
      else start(again);
    },
    onError: tell,
  });
  useEffect(() => {
    if (error !== null) tell(error);
  }, [error]);
  if (!mayChange || kindOf(workflow) === null) return null;
  const isBusy = isStarting || reading.isPending;
  return (
    <Button disabled={isBusy} onClick={() => reading.mutate()}>
      <RotateCw aria-hidden />
      {isBusy ? 'Starting …' : 'Try again'}
    </Button>
  );
}

function tell({ message }: Error): void {
  toast.error('The workflow could not be started', { description: message });
}
