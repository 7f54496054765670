import type { WorkflowStatus } from '@runtape/events';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { trpc } from '../connect.ts';

const PAGE = 30;
const REFRESH_MS = 2000;
const FIRST: string | null = null;

/** The pages of the list, newest first, asked for again every two seconds. */
export function useWorkflows(status: WorkflowStatus | null) {
  const { client } = trpc.useUtils();
  return useInfiniteQuery({
    queryKey: ['workflows', status],
    initialPageParam: FIRST,
    queryFn: ({ pageParam, signal }) =>
      client.workflow.list.query(
        {
          limit: PAGE,
          ...(status === null ? {} : { status: [status] }),
          ...(pageParam === null ? {} : { before: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ next }) => next,
    refetchInterval: REFRESH_MS,
    // Another filter: the rows stay until the new ones are there.
    placeholderData: keepPreviousData,
  });
}
