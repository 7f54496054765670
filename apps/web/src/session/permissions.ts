import { trpc } from '../connect.ts';
import { useSession } from './use-session.ts';

/** The features that the server allows this user; `undefined` until they are loaded. */
export function useFeatures() {
  return trpc.features.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY }).data;
}

/** Explains why this user cannot post; `null` when they can, or that is unknown. */
export function postingObstacle(features: ReturnType<typeof useFeatures>): string | null {
  switch (features?.postingObstacle) {
    case 'post_not_allowed':
      return 'You may not post to GitHub on this server. Copy the text and post it yourself.';
    case 'post_needs_token':
      return 'This server cannot post: it has no GITHUB_TOKEN. Copy the text and post it yourself.';
    default:
      return null;
  }
}

/** Whether the user may pause, resume, cancel and share a workflow; `false` until it is known. */
export function useMayChange(workflowId: string): boolean {
  const { data: session } = useSession();
  const hasAccounts = session?.accounts === true;
  const workflow = trpc.workflow.info.useQuery({ workflowId }, { enabled: hasAccounts });
  return hasAccounts ? workflow.data?.mayChange === true : true;
}
