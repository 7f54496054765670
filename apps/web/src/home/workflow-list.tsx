import type { WorkflowListItem } from '@runtape/client';
import { hasEnded, type WorkflowStatus } from '@runtape/events';
import { useWorkflows } from '@runtape/react';
import { type ReactNode, useState } from 'react';
import { useNow } from '../format/use-now.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { statusWord } from '../ui/status-badge.tsx';
import { type Filter, Filters, useFilter } from './filters.tsx';
import { kinds } from './kinds.ts';
import { WorkflowRow } from './workflow-row.tsx';

/** How often relative times are updated. */
const CLOCK_MS = 1000;
const PAGE = 30;
const EVERYTHING: Filter = { status: null, kind: null };

export function WorkflowList(): ReactNode {
  const { filter, setFilter } = useFilter();
  const { workflows, isLoading, error, hasMore, loadMore, refresh } = useWorkflows({
    limit: PAGE,
    status: filter.status === null ? undefined : [filter.status],
    workflow: filter.kind === null ? undefined : kinds[filter.kind].workflow,
  });
  const now = useNow(CLOCK_MS);
  return (
    <section aria-labelledby="list-title" className="space-y-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="list-title" className="text-lg font-semibold">
          Workflows
        </h2>
        <Filters filter={filter} onChange={setFilter} />
      </div>
      {isLoading && <ListSkeleton />}
      {error !== null && (
        <Notice
          title={
            workflows.length === 0 ? 'The list could not be loaded' : 'The list is out of date'
          }
          action={<Button onClick={refresh}>Try again</Button>}
        >
          {error.message}
        </Notice>
      )}
      {!isLoading && error === null && workflows.length === 0 && (
        <EmptyList
          isFiltered={filter.status !== null || filter.kind !== null}
          onAll={() => setFilter(EVERYTHING)}
        />
      )}
      {workflows.length > 0 && (
        <ul className="divide-y overflow-hidden rounded-xl border bg-card">
          {workflows.map((workflow) => (
            <WorkflowRow key={workflow.workflowId} workflow={workflow} now={now} />
          ))}
        </ul>
      )}
      {hasMore && <Button onClick={loadMore}>Show more</Button>}
      <AnnounceEnds workflows={workflows} />
    </section>
  );
}

function EmptyList(props: { readonly isFiltered: boolean; readonly onAll: () => void }): ReactNode {
  return (
    <div className="rounded-xl border border-dashed p-8 text-center text-muted-foreground">
      {props.isFiltered ? (
        <>
          <p>No workflow matches these filters.</p>
          <Button className="mt-3" onClick={props.onAll}>
            Show all
          </Button>
        </>
      ) : (
        <p>No workflows yet. Start one above; a sample needs no key and no account.</p>
      )}
    </div>
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

/** Announces to screen readers when a workflow of the list has ended. */
function AnnounceEnds(props: { readonly workflows: readonly WorkflowListItem[] }): ReactNode {
  const { workflows } = props;
  const [heard, setHeard] = useState({
    workflows,
    statuses: statusesOf(workflows),
    words: '',
  });
  if (heard.workflows !== workflows) {
    const ended = workflows.filter(({ workflowId, status }) => {
      const before = heard.statuses.get(workflowId);
      return before !== undefined && !hasEnded(before) && hasEnded(status);
    });
    const words = ended.map(({ title, status }) => `${statusWord(status)}: ${title}.`).join(' ');
    setHeard({ workflows, statuses: statusesOf(workflows), words: words || heard.words });
  }
  return <output className="sr-only">{heard.words}</output>;
}

function statusesOf(workflows: readonly WorkflowListItem[]): Map<string, WorkflowStatus> {
  return new Map(workflows.map(({ workflowId, status }) => [workflowId, status]));
}
