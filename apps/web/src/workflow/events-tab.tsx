import { type EventId, isCustomType, knownEventSchema } from '@runtape/events';
import { Terminal } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { copyWithToast } from '../copy-text.ts';
import { formatCount } from '../format/numbers.ts';
import { pageUrl } from '../page-url.ts';
import { toSeq } from '../tape/event-items.ts';
import { Button } from '../ui/button.tsx';
import { inputLook } from '../ui/field.tsx';
import { LongList } from '../ui/long-list.tsx';
import { Notice } from '../ui/notice.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { LoadingSkeleton } from '../ui/skeleton.tsx';
import { useDebounced } from '../ui/use-debounced.ts';
import { EventRow, ROW_PX } from './event-row.tsx';
import { useEventPages } from './use-event-pages.ts';
import { useLoggedEvents } from './use-logged-events.ts';
import { WindowedEvents } from './windowed-events.tsx';

/** Of a longer log, only the visible events are loaded. */
const MAX_LOADED_EVENTS = 2000;
/** How long typing must pause before a search begins, in ms. */
const SEARCH_PAUSE_MS = 300;
const knownTypes = knownEventSchema.options.map(({ shape }) => shape.type.value);

/** The events of the log, each with its JSON. */
export function EventsTab(props: {
  readonly workflowId: string;
  readonly cursor: EventId | null;
  /** The known event types that are not built in. */
  readonly ownTypes: readonly string[];
}): ReactNode {
  const { workflowId, cursor, ownTypes } = props;
  const [type, setType] = useState('');
  const [text, setText] = useState('');
  const query = useDebounced(text.trim(), SEARCH_PAUSE_MS);
  const length = toSeq(cursor);
  const isLong = length > MAX_LOADED_EVENTS;
  const isFiltered = type !== '' || query !== '';
  const { events, searched, isLoading, error, tryAgain } = useLoggedEvents(workflowId, cursor, {
    type: isLong && type !== '' ? type : null,
    contains: isLong && query !== '' ? query : null,
    enabled: !isLong || isFiltered,
  });
  const types = useMemo(() => {
    // The types in a long log are unknown until all of it is loaded.
    const listed = new Set<string>(
      isLong
        ? [...knownTypes, ...ownTypes.filter(isCustomType)]
        : events.map((event) => event.type),
    );
    // At a past moment there may be no event of the chosen type.
    if (type !== '') listed.add(type);
    return [...listed].sort();
  }, [events, type, isLong, ownTypes]);
  const isWindowed = isLong && !isFiltered;
  // The log of a running workflow is always a little ahead.
  const isSearching = isLong && searched < length - MAX_LOADED_EVENTS / 2;
  // Times are relative to the first event, which a filter may leave out.
  const start = useEventPages(workflowId, cursor, isLong && isFiltered ? [0] : []);
  const first = isLong ? start.eventAt(0) : (events[0] ?? null);
  const matching = useMemo(() => {
    // Escaped as in JSON, for quotes and line breaks.
    const escaped = JSON.stringify(query).slice(1, -1).toLowerCase();
    return events.filter((event) => {
      const eventType: string = event.type;
      const hasType = type === '' || eventType === type;
      if (!hasType || escaped === '') return hasType;
      return JSON.stringify(event).toLowerCase().includes(escaped);
    });
  }, [events, type, query]);
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-3 text-sm">
        <label className="flex items-center gap-2 whitespace-nowrap text-muted-foreground">
          Type
          <select
            className={`${inputLook} w-auto py-1 text-sm text-foreground`}
            value={type}
            onChange={(event) => setType(event.target.value)}
          >
            <option value="">All</option>
            {types.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Button kind="quiet" className="h-8" onClick={() => copyAsCurl(workflowId)}>
          <Terminal aria-hidden />
          Copy as curl
        </Button>
      </div>
      <SearchField
        label="Find in events"
        value={text}
        onChange={setText}
        result={isFiltered ? describeResult(matching.length, searched, length) : ''}
      />
      {error !== null && (
        <Notice
          title="The events could not be loaded"
          action={<Button onClick={tryAgain}>Try again</Button>}
        >
          {error}
        </Notice>
      )}
      {isLoading && (
        <LoadingSkeleton
          label="Loading the events"
          rows={['h-9', 'h-9', 'h-9', 'h-9']}
          className="space-y-2"
        />
      )}
      {isWindowed && cursor !== null && <WindowedEvents workflowId={workflowId} cursor={cursor} />}
      {first !== null && !isWindowed && matching.length > 0 && (
        <LongList
          rows={matching}
          label="Events"
          keyOf={({ id }) => id}
          rowPx={ROW_PX}
          startsAtEnd
          className="font-mono text-xs"
          rowClassName="border-b last:border-0"
        >
          {(event) => <EventRow event={event} since={Date.parse(first.timestamp)} />}
        </LongList>
      )}
      {matching.length === 0 && !isLoading && !isSearching && error === null && !isWindowed && (
        <p className="text-sm text-muted-foreground">{describeEmpty(type, query)}</p>
      )}
    </div>
  );
}

function describeResult(found: number, searched: number, length: number): string {
  const soFar = searched < length ? `, ${formatCount(searched)} searched so far` : '';
  return `${formatCount(found)} of ${formatCount(length)} events${soFar}`;
}

function describeEmpty(type: string, query: string): string {
  if (query !== '') return 'No event contains this text.';
  return type === '' ? 'No events yet.' : 'No events of this type.';
}

function copyAsCurl(workflowId: string): void {
  const command = `curl -N ${pageUrl(`/api/workflows/${workflowId}/events`)}`;
  copyWithToast(command, 'Copied', command);
}
