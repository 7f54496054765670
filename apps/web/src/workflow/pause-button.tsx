import { CirclePause } from 'lucide-react';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { trpc } from '../connect.ts';
import { Button } from '../ui/button.tsx';

/** Pauses the workflow; the text so far stays until it goes on. */
export function PauseButton({ workflowId }: { readonly workflowId: string }): ReactNode {
  const pause = trpc.pauseWorkflow.useMutation({
    onError: (error) =>
      toast.error('The workflow could not be paused', { description: error.message }),
  });
  const asked = pause.isPending || pause.isSuccess;
  return (
    <Button disabled={asked} onClick={() => pause.mutate({ workflowId })}>
      <CirclePause aria-hidden />
      {asked ? 'Pausing …' : 'Pause'}
    </Button>
  );
}
