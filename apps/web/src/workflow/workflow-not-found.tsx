import type { RuntapeClientError } from '@runtape/client';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSession } from '../session/use-session.ts';
import { usePageTitle } from '../shell/use-page-title.ts';

/** Says what may have become of a workflow that is not there. */
export function WorkflowNotFound({ error }: { readonly error: RuntapeClientError }): ReactNode {
  usePageTitle('Not found');
  return (
    <div className="mx-auto max-w-xl py-16">
      <h1 className="text-lg font-semibold">This workflow is not here</h1>
      {error.code === 'unknown_workflow' ? (
        <Reasons />
      ) : (
        <p className="mt-2 text-muted-foreground">{error.message}</p>
      )}
      <Link href="/" className="mt-4 inline-block font-medium text-primary underline">
        All workflows
      </Link>
    </div>
  );
}

function Reasons(): ReactNode {
  const { data: session } = useSession();
  const days = session?.keptDays;
  return (
    <ul className="mt-3 list-disc space-y-1.5 pl-5 text-muted-foreground">
      <li>
        It may have expired: workflows are kept for{' '}
        {days === undefined ? 'some time' : days === 1 ? 'a day' : `${days} days`} after their end,
        and then removed.
      </li>
      <li>It may never have been here: the address may be cut short, or be of another server.</li>
      {session?.accounts === true && (
        <li>
          It may belong to somebody else. Ask them to share it with you
          {session.user !== null &&
            `; you are signed in as ${session.user.name ?? session.user.id}`}
          .
        </li>
      )}
    </ul>
  );
}
