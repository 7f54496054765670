'use client';

import type { WorkflowListItem } from '@runtape/client';
import { RuntapeClientError } from '@runtape/client';
import type { WorkflowStatus } from '@runtape/events';
import {
  type InfiniteData,
  keepPreviousData,
  QueryClient,
  useInfiniteQuery,
} from '@tanstack/react-query';
import { type RuntapeContext, useRuntapeContext } from './runtape-provider.tsx';

const DEFAULT_LIMIT = 50;
const DEFAULT_REFRESH_MS = 2000;
const FIRST_PAGE: string | null = null;

export interface WorkflowsOptions {
  /** List only workflows with one of these statuses. Default: all. */
  readonly status?: readonly WorkflowStatus[] | undefined;
  /** List only workflows of one definition, e.g. `summarise`. Default: all. */
  readonly workflow?: string | undefined;
  /** List only workflows of one thread. Default: all. */
  readonly threadId?: string | undefined;
  /** The number of workflows in a page, 1 to 200. Default: 50. */
  readonly limit?: number | undefined;
  /**
   * The interval at which the list is refreshed while the tab is visible, in ms. Default: 2,000.
   */
  readonly refreshMs?: number | undefined;
}

export interface Workflows {
  /** Newest first. */
  readonly workflows: readonly WorkflowListItem[];
  /** Whether the first page has not arrived yet. */
  readonly isLoading: boolean;
  /** The error of the last request; the earlier list stays. */
  readonly error: RuntapeClientError | null;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly refresh: () => void;
}

/**
 * Lists workflows with their status and number of watchers, and keeps the list up to date.
 * Components with the same options share their requests.
 */
export function useWorkflows(options: WorkflowsOptions = {}): Workflows {
  const context = useRuntapeContext();
  const { client } = context;
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
      // The server is usually on this machine, so an offline laptop can still reach it.
      networkMode: 'always',
      retry: false,
    },
    queriesOf(context),
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

const queryClients = new WeakMap<RuntapeContext, QueryClient>();

/**
 * Returns the cache of a provider. It is private, so that an application needs no provider of
 * another library.
 */
function queriesOf(context: RuntapeContext): QueryClient {
  const known = queryClients.get(context);
  if (known !== undefined) return known;
  const queries = new QueryClient();
  queryClients.set(context, queries);
  return queries;
}

interface Page {
  readonly workflows: readonly WorkflowListItem[];
}

/**
 * Removes duplicates: a new workflow pushes another one to the next page, where it is listed again.
 */
function itemsOf({ pages }: InfiniteData<Page>): readonly WorkflowListItem[] {
  const items = pages.flatMap(({ workflows }) => workflows);
  return [...new Map(items.map((item) => [item.workflowId, item])).values()];
}
