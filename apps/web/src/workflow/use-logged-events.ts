import type { EventItem } from '@runtape/client';
import { compareEventIds, type EventId, parseEventId } from '@runtape/events';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { trpc } from '../connect.ts';
import { toSeq } from '../tape/event-items.ts';

const PAGE_SIZE = 500;
/** The number of events that the server searches for one page of results. */
const SEARCH_PAGE_SIZE = 1000;
/** How often the growing log of a running workflow is read, in ms. */
const POLL_MS = 1000;
const START: EventId | null = null;

/**
 * Loads the workflow's events, page by page, up to the cursor of the shown state.
 * @param type only events of this type; the server filters. Default: all.
 * @param contains only events with this text; the server filters. Default: all.
 * @param enabled whether to load them. Default: true.
 */
export function useLoggedEvents(
  workflowId: string,
  cursor: EventId | null,
  {
    type = null,
    contains = null,
    enabled = true,
  }: {
    readonly type?: string | null;
    readonly contains?: string | null;
    readonly enabled?: boolean;
  } = {},
) {
  const { client } = trpc.useUtils();
  const isFiltered = type !== null || contains !== null;
  // Part of the key, because another incarnation of the log has other events.
  const incarnation = cursor === null ? null : (parseEventId(cursor)?.incarnation ?? null);
  const query = useInfiniteQuery({
    queryKey: ['logged-events', workflowId, incarnation, type, contains],
    initialPageParam: START,
    queryFn: ({ pageParam, signal }) =>
      client.workflow.events.query(
        {
          workflowId,
          limit: isFiltered ? SEARCH_PAGE_SIZE : PAGE_SIZE,
          ...(pageParam !== null && { after: pageParam }),
          ...(type !== null && { types: [type] }),
          ...(contains !== null && { contains }),
        },
        { signal },
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: enabled && cursor !== null,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data } = query;
  const all = useMemo(() => afterReset(data?.pages.flatMap((page) => page.events) ?? []), [data]);
  const events = useMemo(() => upTo(all, cursor), [all, cursor]);
  const last = data?.pages.at(-1)?.next ?? null;
  const lastBefore = data?.pages.at(-2)?.next ?? null;
  const isBehind =
    enabled && cursor !== null && (last === null || (compareEventIds(last, cursor) ?? 0) < 0);
  // A filtered page may be short although the log continues.
  const isFull = isFiltered
    ? last !== null && last !== lastBefore
    : (query.data?.pages.at(-1)?.events.length ?? 0) >= PAGE_SIZE;
  const { fetchNextPage, isFetching, isError } = query;
  useEffect(() => {
    if (!isBehind || isFetching || isError) return undefined;
    const timer = setTimeout(() => void fetchNextPage(), isFull ? 0 : POLL_MS);
    return () => clearTimeout(timer);
  }, [isBehind, isFull, isFetching, isError, fetchNextPage]);
  return {
    events,
    /** The number of events of the log that were searched. */
    searched: toSeq(last),
    isLoading: enabled && cursor !== null && query.isPending,
    error: query.error?.message ?? null,
    tryAgain: () => void (query.data === undefined ? query.refetch() : fetchNextPage()),
  };
}

/** A page begins with a `reset` when the log was trimmed, or has a new incarnation. */
function afterReset(events: readonly EventItem[]): readonly EventItem[] {
  const reset = events.findLastIndex(({ type }) => type === 'reset');
  return reset <= 0 ? events : events.slice(reset);
}

/** Returns the events up to the shown moment; later ones may already be loaded. */
function upTo(events: readonly EventItem[], cursor: EventId | null): readonly EventItem[] {
  if (cursor === null) return [];
  const last = events.findLastIndex(({ id }) => (compareEventIds(id, cursor) ?? 0) <= 0);
  return last === events.length - 1 ? events : events.slice(0, last + 1);
}
