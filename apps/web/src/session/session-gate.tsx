import type { RuntapeClient } from '@runtape/client';
import { RuntapeProvider } from '@runtape/react';
import type { ReactNode } from 'react';
import { useRoute } from 'wouter';
import { trpc } from '../connect.ts';
import { SignInPage } from '../pages.ts';
import { MessagePage } from '../shell/message-page.tsx';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Button } from '../ui/button.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { useSession } from './use-session.ts';
import { useSharedLink } from './use-shared-link.ts';

/** Shows the page to signed-in users, and asks others to sign in at the same address. */
export function SessionGate(props: {
  readonly runtape: RuntapeClient;
  readonly children: ReactNode;
}): ReactNode {
  const session = useSession();
  const link = useSharedLink();
  const [, params] = useRoute('/workflows/:workflowId');
  if (link.state === 'accepting' || session.isPending) return <PageSkeleton />;
  if (link.state === 'refused') return <SharedLinkRefused {...link} />;
  const page = (
    // A new key for each user, so that no state of another user remains.
    <RuntapeProvider key={session.data?.user?.id ?? ''} client={props.runtape}>
      {props.children}
    </RuntapeProvider>
  );
  // If the session is unknown, the page itself shows that the server is unavailable.
  if (session.data === undefined || session.data.signedIn) return page;
  const signIn = <SignInPage hasExpired={session.data.hasExpired} />;
  if (params === null) return signIn;
  return (
    <IfShared workflowId={params.workflowId} otherwise={signIn}>
      {page}
    </IfShared>
  );
}

/** A shared workflow is visible without signing in. */
function IfShared(props: {
  readonly workflowId: string;
  readonly otherwise: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const { workflowId, otherwise, children } = props;
  const workflow = trpc.workflow.info.useQuery({ workflowId });
  if (workflow.isPending) return <PageSkeleton />;
  return workflow.error?.data?.error.code === 'unauthorized' ? otherwise : children;
}

function SharedLinkRefused(props: {
  readonly message: string;
  readonly dismiss: () => void;
}): ReactNode {
  usePageTitle('Shared link');
  return (
    <MessagePage
      title="This shared link does not work"
      action={<Button onClick={props.dismiss}>Continue without it</Button>}
    >
      {props.message} Shared links expire, and have to be complete. Ask the person who sent it for a
      new one.
    </MessagePage>
  );
}
