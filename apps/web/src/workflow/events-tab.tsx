import { type EventId, knownEventSchema, parseEventId } from '@runtape/events';
import { Terminal } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { toast } from 'sonner';
import { copyText } from '../copy-text.ts';
import { formatCount } from '../format/money.ts';
import { pageUrl } from '../page-url.ts';
import { Button } from '../ui/button.tsx';
import { inputLook } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { EventRow } from './event-row.tsx';
import { useLoggedEvents } from './use-logged-events.ts';
import { WindowedEvents } from './windowed-events.tsx';

/** A longer log than this is read where one looks, and otherwise all at once. */
const MOST_LOADED = 2000;
const knownTypes = knownEventSchema.options.map(({ shape }) => shape.type.value);
/** Rows beyond this many are of no use to the eye, and cost the browser. */
const SHOWN = 500;

/** The log as it is: each event with its JSON. */
export function EventsTab(props: {
  readonly workflowId: string;
  readonly cursor: EventId | null;
}): ReactNode {
  const { workflowId, cursor } = props;
  const [type, setType] = useState('');
  const isLong = cursor !== null && (parseEventId(cursor)?.seq ?? 0) > MOST_LOADED;
  const { events, isLoading, error, tryAgain } = useLoggedEvents(workflowId, cursor, {
    type: isLong && type !== '' ? type : null,
    enabled: !isLong || type !== '',
  });
  const types = useMemo(() => {
    // Of a long log the types are not known before all of it is read.
    const there = new Set<string>(isLong ? knownTypes : events.map((event) => event.type));
    // In the past the chosen one may not have happened yet.
    if (type !== '') there.add(type);
    return [...there].sort();
  }, [events, type, isLong]);
  const [first] = events;
  const matching = type === '' ? events : events.filter((event) => event.type === type);
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
      {error !== null && (
        <Notice
          title="The events could not be loaded"
          action={<Button onClick={tryAgain}>Try again</Button>}
        >
          {error}
        </Notice>
      )}
      {matching.length > SHOWN && (
        <p className="text-xs text-muted-foreground">
          The last {formatCount(SHOWN)} of {formatCount(matching.length)}.
        </p>
      )}
      {isLoading && <Loading />}
      {isLong && type === '' && <WindowedEvents workflowId={workflowId} cursor={cursor} />}
      {first !== undefined && matching.length > 0 && (
        <ScrollRegion label="Events" className="max-h-[32rem] font-mono text-xs">
          <ol>
            {matching.slice(-SHOWN).map((event) => (
              <li key={event.id} className="border-b last:border-0">
                <EventRow event={event} since={Date.parse(first.timestamp)} />
              </li>
            ))}
          </ol>
        </ScrollRegion>
      )}
      {matching.length === 0 && !isLoading && error === null && !(isLong && type === '') && (
        <p className="text-sm text-muted-foreground">
          {type === '' ? 'Nothing has happened yet.' : 'No events of this type.'}
        </p>
      )}
    </div>
  );
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
  copyText(command).then(
    () => toast.success('Copied', { description: command }),
    (error: Error) => toast.error('It could not be copied', { description: error.message }),
  );
}
