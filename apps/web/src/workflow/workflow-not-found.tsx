import type { RuntapeClientError } from '@runtape/client';
import type { ReactNode } from 'react';
import { useSession } from '../session/use-session.ts';
import { allWorkflows, MessagePage } from '../shell/message-page.tsx';
import { usePageTitle } from '../shell/use-page-title.ts';

/** Explains why a workflow may not be found. */
export function WorkflowNotFound({ error }: { readonly error: RuntapeClientError }): ReactNode {
  usePageTitle('Not found');
  return (
    <MessagePage title="Workflow not found" action={allWorkflows}>
      {error.code === 'unknown_workflow' ? <Reasons /> : error.message}
    </MessagePage>
  );
}

function Reasons(): ReactNode {
  const { data: session } = useSession();
  const days = session?.keptDays;
  return (
    <ul className="list-disc space-y-1.5 pl-5">
      <li>
        It may have expired. Workflows are removed{' '}
        {days === undefined ? 'some time' : days === 1 ? 'a day' : `${days} days`} after they end.
      </li>
      <li>The address may be incomplete, or belong to another server.</li>
      {session?.accounts === true && (
        <li>
          It may belong to someone else. Ask them to share it with you.
          {session.user !== null &&
            ` You are signed in as ${session.user.name ?? session.user.id}.`}
        </li>
      )}
    </ul>
  );
}
