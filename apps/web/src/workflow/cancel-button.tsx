import { CircleStop } from 'lucide-react';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { trpc } from '../connect.ts';
import { Button } from '../ui/button.tsx';

/** Cancels the workflow; the text so far stays. */
export function CancelButton({ workflowId }: { readonly workflowId: string }): ReactNode {
  const cancel = trpc.cancelWorkflow.useMutation({
    onError: (error) =>
      toast.error('The workflow could not be cancelled', { description: error.message }),
  });
  const asked = cancel.isPending || cancel.isSuccess;
  return (
    <Button kind="danger" disabled={asked} onClick={() => cancel.mutate({ workflowId })}>
      <CircleStop aria-hidden />
      {asked ? 'Cancelling …' : 'Cancel'}
    </Button>
  );
}
