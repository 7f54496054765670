import type { RuntapeClientError } from '@runtape/client';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSession } from '../session/use-session.ts';
import { usePageTitle } from '../shell/use-page-title.ts';

/** Explains why a workflow may not be found. */
export function WorkflowNotFound({ error }: { readonly error: RuntapeClientError }): ReactNode {
  usePageTitle('Not found');
  return (
    <div className="mx-auto max-w-xl py-16">
      <h1 className="text-lg font-semibold">Workflow not found</h1>
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
