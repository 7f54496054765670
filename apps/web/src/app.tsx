import { RuntapeProvider } from '@runtape/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { Toaster } from 'sonner';
import { Route, Switch } from 'wouter';
import { type connect, trpc } from './connect.ts';
import { HomePage } from './home/home-page.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';
import { PageErrors } from './shell/page-errors.tsx';
import { Shell } from './shell/shell.tsx';
import { Skeleton } from './ui/skeleton.tsx';

// A list of workflows needs nothing of the page of one.
const WorkflowPage = lazy(async () => {
  const { WorkflowPage: component } = await import('./workflow/workflow-page.tsx');
  return { default: component };
});

export function App({ runtape, trpcClient, queryClient }: ReturnType<typeof connect>): ReactNode {
  return (
    <trpc.Provider client={trpcClient} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <RuntapeProvider client={runtape}>
          <Shell>
            <PageErrors>
              <Switch>
                <Route path="/" component={HomePage} />
                <Route path="/workflows/:workflowId">
                  {({ workflowId }) => (
                    <Suspense fallback={<Skeleton className="h-96" />}>
                      <WorkflowPage key={workflowId} workflowId={workflowId} />
                    </Suspense>
                  )}
                </Route>
                <Route component={NotFoundPage} />
              </Switch>
            </PageErrors>
          </Shell>
          <Toaster position="bottom-right" toastOptions={{ className: 'runtape-toast' }} />
        </RuntapeProvider>
      </QueryClientProvider>
    </trpc.Provider>
  );
}
