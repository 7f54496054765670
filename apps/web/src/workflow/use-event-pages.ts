import type { EventItem, EventPage } from '@runtape/client';
import { type EventId, formatEventId, parseEventId } from '@runtape/events';
import { useQueries } from '@tanstack/react-query';
import { trpc } from '../connect.ts';

const PAGE_SIZE = 100;

/** Loads the events of some rows of a log, in pages. */
export function useEventPages(
  workflowId: string,
  /** The last event; `null` when there is none. */
  cursor: EventId | null,
  /** The indexes of the rows, from 0. */
  rows: readonly number[],
) {
  const { client } = trpc.useUtils();
  const parts = cursor === null ? null : parseEventId(cursor);
  const incarnation = parts?.incarnation ?? '';
  const last = parts?.seq ?? 0;
  const pages = [...new Set(rows.map((row) => Math.floor(row / PAGE_SIZE)))];
  const queries = useQueries({
    queries: pages.map((page) => {
      const after = page * PAGE_SIZE;
      const limit = Math.min(PAGE_SIZE, last - after);
      return {
        // The last page grows, so its length is part of the key.
        queryKey: ['event-page', workflowId, incarnation, page, limit],
        queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
          client.workflow.events.query(
            {
              workflowId,
              limit,
              ...(after > 0 && { after: formatEventId({ incarnation, seq: after }) }),
            },
            { signal },
          ),
        // A grown page shows its previous events until it is loaded; `eventAt` checks their ids.
        placeholderData: (before: EventPage | undefined) => before,
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
      };
    }),
  });
  const failed = queries.find(({ error }) => error !== null);
  return {
    /** `null` until it is loaded. */
    eventAt(row: number): EventItem | null {
      const page = queries[pages.indexOf(Math.floor(row / PAGE_SIZE))]?.data;
      const event = page?.events[row % PAGE_SIZE] ?? null;
      return event !== null && parseEventId(event.id)?.seq === row + 1 ? event : null;
    },
    error: failed?.error?.message ?? null,
    tryAgain: () => {
      for (const query of queries) if (query.isError) void query.refetch();
    },
  };
}
