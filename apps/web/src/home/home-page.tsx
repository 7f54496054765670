import type { ReactNode } from 'react';
import { usePageTitle } from '../shell/use-page-title.ts';
import { useDefinitions } from '../start/definitions.ts';
import { Starter } from '../start/starter.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { LoadingSkeleton } from '../ui/skeleton.tsx';
import { Composer } from './composer.tsx';
import { WorkflowList } from './workflow-list.tsx';

export function HomePage(): ReactNode {
  usePageTitle('');
  return (
    <div className="space-y-8">
      <h1 className="sr-only">Workflows</h1>
      <Starters />
      <WorkflowList />
    </div>
  );
}

function Starters(): ReactNode {
  const { definitions, own, hasProduct, error, tryAgain } = useDefinitions();
  if (definitions === undefined) {
    return error === null ? (
      <LoadingSkeleton label="Loading what can be started" rows={['h-72']} className="rounded-xl" />
    ) : (
      <Notice
        title="What can be started here could not be loaded"
        action={<Button onClick={tryAgain}>Try again</Button>}
      >
        {error.message}
      </Notice>
    );
  }
  return (
    <>
      {hasProduct === true && <Composer />}
      {own.length > 0 && <Starter definitions={own} />}
    </>
  );
}
