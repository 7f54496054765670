import type { WorkflowListItem } from '@runtape/client';
import { RuntapeClientError } from '@runtape/client';
import type { WorkflowStatus } from '@runtape/events';
import { type InfiniteData, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useRuntapeContext } from './runtape-provider.tsx';

const DEFAULT_LIMIT = 50;
const DEFAULT_REFRESH_MS = 2000;
const FIRST_PAGE: string | null = null;

export interface WorkflowsOptions {
  /** Only workflows that stand so. Default: all. */
  readonly status?: readonly WorkflowStatus[] | undefined;
  /** Only those of one definition, e.g. `commentOnIssue`. Default: all. */
  readonly workflow?: string | undefined;
  /** Only those of one thread. Default: all. */
  readonly threadId?: string | undefined;
  /** How many a page has, 1 to 200. Default: 50. */
  readonly limit?: number | undefined;
  /** How often the list is asked for again while the tab is visible, in ms. Default: 2,000. */
  readonly refreshMs?: number | undefined;
}

export interface Workflows {
  /** Newest first. */
  readonly workflows: readonly WorkflowListItem[];
  /** Nothing has come yet. */
  readonly isLoading: boolean;
  /** Why the last try failed; what was there before stays. */
  readonly error: RuntapeClientError | null;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly refresh: () => void;
}

/**
 * Lists workflows, with how each stands and how many watch it, and keeps the list fresh. Components
 * that ask for the same share what is asked.
 */
export function useWorkflows(options: WorkflowsOptions = {}): Workflows {
  const { client, queries } = useRuntapeContext();
  const { limit = DEFAULT_LIMIT, refreshMs = DEFAULT_REFRESH_MS, ...filter } = options;
  const query = useInfiniteQuery(
    {
      queryKey: ['workflows', { limit, ...filter }],
      queryFn: ({ pageParam }) =>
        client.listWorkflows({
          limit,
          ...(filter.status !== undefined && { status: [...filter.status] }),
          ...(filter.workflow !== undefined && { workflow: filter.workflow }),
          ...(filter.threadId !== undefined && { threadId: filter.threadId }),
          ...(pageParam !== null && { before: pageParam }),
        }),
      initialPageParam: FIRST_PAGE,
      getNextPageParam: ({ next }) => next,
      select: itemsOf,
      placeholderData: keepPreviousData,
      refetchInterval: refreshMs,
      // The server is on this machine as a rule: a laptop that is offline still reaches it.
      networkMode: 'always',
      retry: false,
    },
    queries,
  );
  const { data = [], error, hasNextPage, fetchNextPage, refetch } = query;
  return {
    workflows: data,
    isLoading: query.isPending,
    error: error === null ? null : RuntapeClientError.from(error),
    hasMore: hasNextPage,
    loadMore: () => void fetchNextPage(),
    refresh: () => void refetch(),
  };
}

interface Page {
  readonly workflows: readonly WorkflowListItem[];
}

/** One that started meanwhile pushes another over to the next page, where it shows again. */
function itemsOf({ pages }: InfiniteData<Page>): readonly WorkflowListItem[] {
  const items = pages.flatMap(({ workflows }) => workflows);
  return [...new Map(items.map((item) => [item.workflowId, item])).values()];
}
