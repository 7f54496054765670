import type { RuntapeClient } from '@runtape/client';
import { RuntapeProvider } from '@runtape/react';
import type { ReactNode } from 'react';
import { useRoute } from 'wouter';
import { trpc } from '../connect.ts';
import { SignInPage } from '../pages.ts';
import { PageSkeleton } from '../shell/page-skeleton.tsx';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Button } from '../ui/button.tsx';
import { useSession } from './use-session.ts';
import { useSharedLink } from './use-shared-link.ts';

/** Lets through who may see something, and asks all others to sign in, where they are: so they are there afterwards. */
export function SessionGate(props: {
  readonly runtape: RuntapeClient;
  readonly children: ReactNode;
}): ReactNode {
  const session = useSession();
  const link = useSharedLink();
  const [, params] = useRoute('/workflows/:workflowId');
  if (link.state === 'taking' || session.isPending) return <PageSkeleton />;
  if (link.state === 'refused') return <SharedLinkRefused {...link} />;
  const page = (
    // Another user: nothing stays of what the one before saw.
    <RuntapeProvider key={session.data?.user?.id ?? ''} client={props.runtape}>
      {props.children}
    </RuntapeProvider>
  );
  // Without an answer nobody knows; then each part of the page says that the server is away.
  if (session.data === undefined || session.data.signedIn) return page;
  const signIn = <SignInPage hasExpired={session.data.hasExpired} />;
  if (params === null) return signIn;
  return (
    <IfShared workflowId={params.workflowId} otherwise={signIn}>
      {page}
    </IfShared>
  );
}

/** A workflow that was shared is there for who did not sign in as well. */
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

/** A link that somebody shared, and that does not work. */
function SharedLinkRefused(props: {
  readonly message: string;
  readonly dismiss: () => void;
}): ReactNode {
  usePageTitle('Shared link');
  return (
    <div className="mx-auto max-w-xl py-16">
      <h1 className="text-lg font-semibold">This shared link does not work</h1>
      <p className="mt-2 text-muted-foreground">
        {props.message} Shared links expire, and have to be complete. Ask the person who sent it for
        a new one.
      </p>
      <Button className="mt-4" onClick={props.dismiss}>
        Continue without it
      </Button>
    </div>
  );
}
