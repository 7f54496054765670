import { type EventId, isCustomType, knownEventSchema } from '@runtape/events';
import { Terminal } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { copyWithToast } from '../copy-text.ts';
import { formatCount } from '../format/money.ts';
import { pageUrl } from '../page-url.ts';
import { seqOf } from '../tape/event-items.ts';
import { Button } from '../ui/button.tsx';
import { inputLook } from '../ui/field.tsx';
import { LongList } from '../ui/long-list.tsx';
import { Notice } from '../ui/notice.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { useDebounced } from '../ui/use-debounced.ts';
import { EventRow, ROW_PX } from './event-row.tsx';
import { useEventPages } from './use-event-pages.ts';
import { useLoggedEvents } from './use-logged-events.ts';
import { WindowedEvents } from './windowed-events.tsx';

/** A longer log is loaded only where the user looks. */
const MOST_LOADED = 2000;
/** How long typing must pause before a search begins, in ms. */
const TYPED_MS = 300;
const knownTypes = knownEventSchema.options.map(({ shape }) => shape.type.value);

/** The events of the log, each with its JSON. */
export function EventsTab(props: {
  readonly workflowId: string;
  readonly cursor: EventId | null;
  /** Event types that are not built in, as far as they are known. */
  readonly ownTypes: readonly string[];
}): ReactNode {
  const { workflowId, cursor, ownTypes } = props;
  const [type, setType] = useState('');
  const [text, setText] = useState('');
  const sought = useDebounced(text.trim(), TYPED_MS);
  const length = seqOf(cursor);
  const isLong = length > MOST_LOADED;
  const isFiltered = type !== '' || sought !== '';
  const { events, lookedAt, isLoading, error, tryAgain } = useLoggedEvents(workflowId, cursor, {
    type: isLong && type !== '' ? type : null,
    contains: isLong && sought !== '' ? sought : null,
    enabled: !isLong || isFiltered,
  });
  const types = useMemo(() => {
    // The types in a long log are unknown until all of it is loaded.
    const there = new Set<string>(
      isLong
        ? [...knownTypes, ...ownTypes.filter(isCustomType)]
        : events.map((event) => event.type),
    );
    // At a past moment there may be no event of the chosen type.
    if (type !== '') there.add(type);
    return [...there].sort();
  }, [events, type, isLong, ownTypes]);
  const isWindowed = isLong && !isFiltered;
  // The log of a running workflow is always a little ahead.
  const isSearching = isLong && lookedAt < length - MOST_LOADED / 2;
  // Times are relative to the first event, which a filter may leave out.
  const start = useEventPages(workflowId, cursor, isLong && isFiltered ? [0] : []);
  const first = isLong ? start.eventAt(0) : (events[0] ?? null);
  const matching = useMemo(() => {
    // The text as JSON has it, with quotes and line breaks escaped.
    const words = JSON.stringify(sought).slice(1, -1).toLowerCase();
    return events.filter(
      (event) =>
        (type === '' || event.type === type) &&
        (words === '' || JSON.stringify(event).toLowerCase().includes(words)),
    );
  }, [events, type, sought]);
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
        outcome={isFiltered ? outcomeOf(matching.length, lookedAt, length) : ''}
      />
      {error !== null && (
        <Notice
          title="The events could not be loaded"
          action={<Button onClick={tryAgain}>Try again</Button>}
        >
          {error}
        </Notice>
      )}
      {isLoading && <Loading />}
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
        <p className="text-sm text-muted-foreground">{nothingOf(type, sought)}</p>
      )}
    </div>
  );
}

function outcomeOf(found: number, lookedAt: number, length: number): string {
  const soFar = lookedAt < length ? `, ${formatCount(lookedAt)} searched so far` : '';
  return `${formatCount(found)} of ${formatCount(length)} events${soFar}`;
}

function nothingOf(type: string, sought: string): string {
  if (sought !== '') return 'No event contains this text.';
  return type === '' ? 'Nothing has happened yet.' : 'No events of this type.';
}

function Loading(): ReactNode {
  return (
    <output aria-label="Loading the events" className="block space-y-2">
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
    </output>
  );
}

function copyAsCurl(workflowId: string): void {
  const command = `curl -N ${pageUrl(`/api/workflows/${workflowId}/events`)}`;
  copyWithToast(command, 'Copied', command);
}
