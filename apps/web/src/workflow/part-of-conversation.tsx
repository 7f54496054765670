import { MessagesSquare } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { trpc } from '../connect.ts';

/** Leads from a question to the conversation in which it was asked. A shared link shows the question alone. */
export function PartOfConversation({ workflowId }: { readonly workflowId: string }): ReactNode {
  const { data } = trpc.workflow.info.useQuery({ workflowId });
  if (data === undefined || !data.mayChange) return null;
  if (data.workflow !== 'askRepository' || data.threadId === null) return null;
  return (
    <Link
      href={`/ask/${data.threadId}`}
      className="inline-flex items-center gap-1 text-sm text-muted-foreground underline hover:text-foreground"
    >
      <MessagesSquare className="size-3.5" aria-hidden />
      View the conversation
    </Link>
  );
}
