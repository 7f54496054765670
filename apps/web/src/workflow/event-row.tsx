import type { EventItem } from '@runtape/client';
import { isOtherEvent } from '@runtape/events';
import { memo, type ReactNode } from 'react';
import { formatOffset } from '../format/duration.ts';
import { decodeItem } from '../tape/event-items.ts';
import { describeEvent } from '../tape/describe-event.ts';

/** The height of a collapsed row, in px. */
export const ROW_PX = 45;

/** An event as a row of a list; expanded, it shows its JSON. */
export const EventRow = memo(function EventRow(props: {
  readonly event: EventItem;
  /** The time of the first event, in ms since 1970. */
  readonly since: number;
}): ReactNode {
  const { event, since } = props;
  const entry = decodeItem(event);
  return (
    <details>
      <summary className="grid cursor-pointer list-none grid-cols-[4.75rem_minmax(0,1fr)_auto] gap-x-3 py-1.5 -outline-offset-2 hover:bg-muted">
        <time
          dateTime={event.timestamp}
          title={event.timestamp}
          className="text-right text-muted-foreground tabular-nums"
        >
          {formatOffset(Date.parse(event.timestamp) - since)}
        </time>
        <span className="truncate font-medium">{event.type}</span>
        <span className="pr-2 text-muted-foreground">{event.id}</span>
        <span className="col-span-2 col-start-2 truncate font-sans text-muted-foreground empty:hidden">
          {entry !== null && !isOtherEvent(entry.event) && describeEvent(entry.event)}
        </span>
      </summary>
      <pre className="bg-muted p-2 break-words whitespace-pre-wrap">
        {JSON.stringify(event, null, 2)}
      </pre>
    </details>
  );
});
