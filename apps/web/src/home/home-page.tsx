import type { ReactNode } from 'react';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Composer } from './composer.tsx';
import { WorkflowList } from './workflow-list.tsx';

export function HomePage(): ReactNode {
  usePageTitle('');
  return (
    <div className="space-y-8">
      <h1 className="sr-only">Workflows</h1>
      <Composer />
      <WorkflowList />
    </div>
  );
}
