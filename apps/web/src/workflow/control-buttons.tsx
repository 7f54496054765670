import { CirclePause, CirclePlay, CircleStop } from 'lucide-react';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { trpc } from '../connect.ts';
import { Button } from '../ui/button.tsx';

export function CancelButton({ workflowId }: { readonly workflowId: string }): ReactNode {
  const cancel = trpc.cancelWorkflow.useMutation({
    onError: toastFailure('cancelled'),
  });
  const isRequested = cancel.isPending || cancel.isSuccess;
  return (
    <Button kind="danger" disabled={isRequested} onClick={() => cancel.mutate({ workflowId })}>
      <CircleStop aria-hidden />
      {isRequested ? 'Cancelling …' : 'Cancel'}
    </Button>
  );
}

export function PauseButton({ workflowId }: { readonly workflowId: string }): ReactNode {
  const pause = trpc.pauseWorkflow.useMutation({
    onError: toastFailure('paused'),
  });
  const isRequested = pause.isPending || pause.isSuccess;
  return (
    <Button disabled={isRequested} onClick={() => pause.mutate({ workflowId })}>
      <CirclePause aria-hidden />
      {isRequested ? 'Pausing …' : 'Pause'}
    </Button>
  );
}

export function ResumeButton({ workflowId }: { readonly workflowId: string }): ReactNode {
  const resume = trpc.resumeWorkflow.useMutation({
    onError: toastFailure('resumed'),
  });
  return (
    <Button disabled={resume.isPending} onClick={() => resume.mutate({ workflowId })}>
      <CirclePlay aria-hidden />
      {resume.isPending ? 'Resuming …' : 'Resume'}
    </Button>
  );
}

/** @param outcome such as `cancelled`. */
export function toastFailure(outcome: string): (error: { readonly message: string }) => void {
  return ({ message }) =>
    toast.error(`The workflow could not be ${outcome}`, { description: message });
}
