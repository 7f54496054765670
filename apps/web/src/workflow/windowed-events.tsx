import type { EventId } from '@runtape/events';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import { seqOf } from '../tape/event-items.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { useAtListEnd } from '../ui/use-at-list-end.ts';
import { useThrottled } from '../ui/use-throttled.ts';
import { WindowedRows } from '../ui/windowed-rows.tsx';
import { EventRow, ROW_PX } from './event-row.tsx';
import { useEventPages } from './use-event-pages.ts';

/** How often the list of a running workflow grows, in ms. */
const GROWS_EVERY_MS = 1000;
/** Rows beyond the window, so that slow scrolling shows no gap. */
const OVERSCAN = 10;

/**
 * A long log: only the rows in the window are rendered, and only their events loaded. It starts at
 * its end.
 */
export function WindowedEvents(props: {
  readonly workflowId: string;
  readonly cursor: EventId;
}): ReactNode {
  const { workflowId } = props;
  const cursor = useThrottled(props.cursor, GROWS_EVERY_MS);
  const region = useRef<HTMLDivElement>(null);
  const count = seqOf(cursor);
  // oxlint-disable-next-line react/incompatible-library -- Its functions change with what they return; nothing here is memoised by them.
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => region.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  });
  // A new end follows the shown moment, unless the reader has scrolled back.
  const regionEvents = useAtListEnd(virtualizer, { count, nearPx: ROW_PX });
  const rows = virtualizer.getVirtualItems();
  const pages = useEventPages(
    workflowId,
    cursor,
    // The first as well: times are relative to it.
    [0, ...rows.map(({ index }) => index)],
  );
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
        ref={region}
        label="Events"
        className="h-[32rem] font-mono text-xs [overflow-anchor:none]"
        {...regionEvents}
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
