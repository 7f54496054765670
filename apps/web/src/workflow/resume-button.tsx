import { CirclePlay } from 'lucide-react';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { trpc } from '../connect.ts';
import { Button } from '../ui/button.tsx';

/** Lets a paused workflow go on after its last completed step. */
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
