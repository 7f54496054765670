import type { EventItem } from '@runtape/client';
import { isCustomType, isOtherEvent, type OtherEvent } from '@runtape/events';
import { memo, type ReactNode } from 'react';
import { formatOffset } from '../format/duration.ts';
import { decodeItem } from '../tape/event-items.ts';
import { describeEvent } from '../tape/describe-event.ts';
import { previewJson } from '../ui/json.ts';
import { JsonTree } from '../ui/json-tree.tsx';

/** The height of a collapsed row, in px. */
export const ROW_PX = 45;

const PREVIEW_CHARS = 200;

/** An event as a row of a list; expanded, it shows its JSON. */
export const EventRow = memo(function EventRow(props: {
  readonly event: EventItem;
  /** The time of the first event, in ms since 1970. */
  readonly since: number;
}): ReactNode {
  const { event, since } = props;
  const entry = decodeItem(event);
  const other = entry !== null && isOtherEvent(entry.event) ? entry.event : null;
  const own = other !== null && isCustomType(other.type) ? other : null;
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
          {other === null && entry !== null && describeEvent(entry.event)}
          {own !== null && own.data !== null && previewJson(own.data, PREVIEW_CHARS)}
        </span>
      </summary>
      {own === null ? (
        <pre className="bg-muted p-2 break-words whitespace-pre-wrap">
          {JSON.stringify(event, null, 2)}
        </pre>
      ) : (
        <OwnEvent event={own} />
      )}
    </details>
  );
});

/** An event of the workflow's own may be large, so its JSON is folded. */
function OwnEvent({ event }: { readonly event: OtherEvent }): ReactNode {
  const { data, metadata } = event;
  return (
    <div className="bg-muted p-2">
      <JsonTree value={data} label="data" isOpen />
      {metadata !== undefined && <JsonTree value={metadata} label="metadata" />}
    </div>
  );
}
