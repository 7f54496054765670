import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Route, Switch, useRoute } from 'wouter';
import { type connect, trpc } from './connect.ts';
import { ServerClockContext } from './format/server-clock.ts';
import { HomePage } from './home/home-page.tsx';
import { AskPage, StatisticsPage, WorkflowPage } from './pages.ts';
import { SessionGate } from './session/session-gate.tsx';
import { NotFoundPage } from './shell/message-page.tsx';
import { useDefinitions } from './start/definitions.ts';
import { PageErrors } from './shell/page-errors.tsx';
import { Shell } from './shell/shell.tsx';
import { PageSkeleton } from './ui/skeleton.tsx';

export function App(connections: ReturnType<typeof connect>): ReactNode {
  const { runtape, trpcClient, queryClient, clock } = connections;
  return (
    <trpc.Provider client={trpcClient} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <ServerClockContext value={clock}>
          <Shell>
            <PageErrors>
              <Suspense fallback={<PageSkeleton />}>
                <SessionGate runtape={runtape}>
                  <Switch>
                    <Route path="/" component={HomePage} />
                    <Route path="/workflows/:workflowId">
                      {({ workflowId }) => (
                        <WorkflowPage key={workflowId} workflowId={workflowId} />
                      )}
                    </Route>
                    <Route path="/ask/:threadId?">
                      {({ threadId }) => <AskRoute threadId={threadId ?? null} />}
                    </Route>
                    <Route path="/statistics" component={StatisticsPage} />
                    <Route component={NotFoundPage} />
                  </Switch>
                </SessionGate>
              </Suspense>
            </PageErrors>
          </Shell>
        </ServerClockContext>
        <Toasts />
      </QueryClientProvider>
    </trpc.Provider>
  );
}

/** Without the workflow that answers questions there is no such page. */
function AskRoute({ threadId }: { readonly threadId: string | null }): ReactNode {
  return useDefinitions().hasProduct === false ? <NotFoundPage /> : <AskPage threadId={threadId} />;
}

const Toaster = lazy(async () => ({ default: (await import('sonner')).Toaster }));

/** The first page shows no toasts, so it does not load them. */
function Toasts(): ReactNode {
  const [isHome] = useRoute('/');
  const [isWanted, setIsWanted] = useState(!isHome);
  if (!isHome && !isWanted) setIsWanted(true);
  if (!isWanted) return null;
  return (
    <Suspense fallback={null}>
      <Toaster position="bottom-right" toastOptions={{ className: 'runtape-toast' }} />
    </Suspense>
  );
}
