import { trpc } from '../connect.ts';
import { useSession } from './use-session.ts';

/** Whether whoever looks at a workflow may pause, resume, cancel and share it. Until the server has said so: no. */
export function useMayChange(workflowId: string): boolean {
  const { data: session } = useSession();
  const hasAccounts = session?.accounts === true;
  const workflow = trpc.workflow.info.useQuery({ workflowId }, { enabled: hasAccounts });
  return hasAccounts ? workflow.data?.mayChange === true : true;
}
