import type { EventId } from '@runtape/events';
import type { ReactNode } from 'react';
import { toSeq } from '../tape/event-items.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { useThrottled } from '../ui/use-throttled.ts';
import { useWindowedList } from '../ui/use-windowed-list.ts';
import { WindowedRows } from '../ui/windowed-rows.tsx';
import { EventRow, ROW_PX } from './event-row.tsx';
import { useEventPages } from './use-event-pages.ts';

/** How often the list of a running workflow is extended, in ms. */
const GROWS_EVERY_MS = 1000;

/**
 * A long log: only the visible rows are rendered, and only their events loaded. It starts at its
 * end.
 */
export function WindowedEvents(props: {
  readonly workflowId: string;
  readonly cursor: EventId;
}): ReactNode {
  const { workflowId } = props;
  const cursor = useThrottled(props.cursor, GROWS_EVERY_MS);
  const count = toSeq(cursor);
  const { virtualizer, regionProps } = useWindowedList({ count, rowPx: ROW_PX, staysAtEnd: true });
  const visible = virtualizer.getVirtualItems().map(({ index }) => index);
  // Includes the first event, since times are relative to it.
  const pages = useEventPages(workflowId, cursor, [0, ...visible]);
  const first = pages.eventAt(0);
  return (
    <>
      {pages.error !== null && (
        <Notice
          title="The events could not be loaded"
          action={<Button onClick={pages.tryAgain}>Try again</Button>}
        >
          {pages.error}
        </Notice>
      )}
      <ScrollRegion
        label="Events"
        className="h-[32rem] font-mono text-xs [overflow-anchor:none]"
        {...regionProps}
      >
        <WindowedRows virtualizer={virtualizer} count={count} rowClassName="border-b">
          {(index) => {
            const event = pages.eventAt(index);
            return event === null || first === null ? (
              <p className="py-1.5 pl-22 text-muted-foreground" style={{ height: ROW_PX - 1 }}>
                Loading event {index + 1} …
              </p>
            ) : (
              <EventRow event={event} since={Date.parse(first.timestamp)} />
            );
          }}
        </WindowedRows>
      </ScrollRegion>
    </>
  );
}
