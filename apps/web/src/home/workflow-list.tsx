import type { WorkflowListItem } from '@runtape/client';
import { hasEnded, type WorkflowStatus } from '@runtape/events';
import { useWorkflows } from '@runtape/react/query';
import { type ReactNode, useState } from 'react';
import { useNow } from '../format/use-now.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { LoadingSkeleton } from '../ui/skeleton.tsx';
import { statusLabel } from '../ui/status-badge.tsx';
import { type Filter, Filters, useFilter } from './filters.tsx';
import { useDefinitions } from '../start/definitions.ts';
import { workflowOf } from './kinds.ts';
import { WorkflowRow } from './workflow-row.tsx';

/** How often relative times are updated, in ms. */
const CLOCK_MS = 1000;
const PAGE_SIZE = 30;
const NO_FILTER: Filter = { status: null, kind: null };

export function WorkflowList(): ReactNode {
  const { filter, setFilter } = useFilter();
  const { workflows, isLoading, error, hasMore, loadMore, refresh } = useWorkflows({
    limit: PAGE_SIZE,
    status: filter.status === null ? undefined : [filter.status],
    workflow: filter.kind === null ? undefined : workflowOf(filter.kind),
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
      {isLoading && (
        <LoadingSkeleton
          label="Loading workflows"
          rows={['h-16', 'h-16', 'h-16']}
          className="space-y-2"
        />
      )}
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
          onAll={() => setFilter(NO_FILTER)}
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
          <p>No workflows match.</p>
          <Button className="mt-3" onClick={props.onAll}>
            Show all
          </Button>
        </>
      ) : (
        <NoWorkflows />
      )}
    </div>
  );
}

function NoWorkflows(): ReactNode {
  const { hasProduct, definitions } = useDefinitions();
  if (hasProduct === true) {
    return <p>No workflows yet. Start one above; a sample needs no key and no account.</p>;
  }
  return (
    <p>
      {definitions?.length === 0
        ? 'No workflows yet. They appear here once your app has started one.'
        : 'No workflows yet. Start one above.'}
    </p>
  );
}

/** Announces to screen readers when a workflow of the list has ended. */
function AnnounceEnds(props: { readonly workflows: readonly WorkflowListItem[] }): ReactNode {
  const { workflows } = props;
  const [announced, setAnnounced] = useState({
    workflows,
    statuses: toStatuses(workflows),
    message: '',
  });
  if (announced.workflows !== workflows) {
    const ended = workflows.filter(({ workflowId, status }) => {
      const before = announced.statuses.get(workflowId);
      return before !== undefined && !hasEnded(before) && hasEnded(status);
    });
    const message = ended.map(({ title, status }) => `${statusLabel(status)}: ${title}.`).join(' ');
    setAnnounced({
      workflows,
      statuses: toStatuses(workflows),
      message: message || announced.message,
    });
  }
  return <output className="sr-only">{announced.message}</output>;
}

function toStatuses(workflows: readonly WorkflowListItem[]): Map<string, WorkflowStatus> {
  return new Map(workflows.map(({ workflowId, status }) => [workflowId, status]));
}
