import { CirclePause, CirclePlay, CircleStop } from 'lucide-react';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { trpc } from '../connect.ts';
import { Button } from '../ui/button.tsx';

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

export function ResumeButton({ workflowId }: { readonly workflowId: string }): ReactNode {
  const resume = trpc.resumeWorkflow.useMutation({
    onError: (error) =>
      toast.error('The workflow could not be resumed', { description: error.message }),
  });
  return (
    <Button disabled={resume.isPending} onClick={() => resume.mutate({ workflowId })}>
      <CirclePlay aria-hidden />
      {resume.isPending ? 'Resuming …' : 'Resume'}
    </Button>
  );
}
