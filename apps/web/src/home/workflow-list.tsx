import { type WorkflowStatus, workflowStatusSchema } from '@runtape/events';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { useNow } from '../format/use-now.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { StatusFilter } from './status-filter.tsx';
import { useWorkflows } from './use-workflows.ts';
import { WorkflowRow } from './workflow-row.tsx';

/** How often relative times are set anew. */
const CLOCK_MS = 2000;

/** All workflows, newest first, kept up to date. */
export function WorkflowList(): ReactNode {
  const [search, setSearch] = useSearchParams();
  const status = readStatus(search.get('status'));
  const query = useWorkflows(status);
  const now = useNow(CLOCK_MS);
  const workflows = query.data?.pages.flatMap((page) => page.workflows) ?? [];
  return (
    <section aria-labelledby="list-title" className="space-y-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="list-title" className="text-lg font-semibold">
          Workflows
        </h2>
        <StatusFilter
          status={status}
          onChange={(next) => setSearch(next === null ? {} : { status: next })}
        />
      </div>
      {query.isPending && <ListSkeleton />}
      {query.isError && (
        <Notice
          title="The list could not be loaded"
          action={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {query.error.message}
        </Notice>
      )}
      {query.isSuccess && workflows.length === 0 && <EmptyList filtered={status !== null} />}
      {workflows.length > 0 && (
        <ul className="divide-y overflow-hidden rounded-xl border bg-card">
          {workflows.map((workflow) => (
            <WorkflowRow key={workflow.workflowId} workflow={workflow} now={now} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </section>
  );
}

function readStatus(text: string | null): WorkflowStatus | null {
  const parsed = workflowStatusSchema.safeParse(text);
  return parsed.success ? parsed.data : null;
}

function EmptyList({ filtered }: { readonly filtered: boolean }): ReactNode {
  return (
    <p className="rounded-xl border border-dashed p-8 text-center text-muted-foreground">
      {filtered
        ? 'No workflow has this status. Choose “All” to see the others.'
        : 'No workflows yet. Start one above; a sample needs no key and no account.'}
    </p>
  );
}

function ListSkeleton(): ReactNode {
  return (
    <output aria-label="Loading workflows" className="block space-y-2">
      <Skeleton className="h-16" />
      <Skeleton className="h-16" />
      <Skeleton className="h-16" />
    </output>
  );
}
