import type { EventId } from '@runtape/events';
import { Terminal } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { toast } from 'sonner';
import { inputLook } from '../ui/field.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { useLoggedEvents } from './use-logged-events.ts';

/** Rows beyond this many are of no use to the eye, and cost the browser. */
const SHOWN = 500;

/** The log as it is: each event with its JSON. */
export function EventsTab(props: {
  readonly workflowId: string;
  readonly cursor: EventId | null;
}): ReactNode {
  const { workflowId, cursor } = props;
  const { events, error } = useLoggedEvents(workflowId, cursor);
  const [type, setType] = useState('');
  const types = useMemo(() => [...new Set(events.map((event) => event.type))].sort(), [events]);
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
      {error !== null && <Notice title="The events could not be loaded">{error}</Notice>}
      {matching.length > SHOWN && (
        <p className="text-xs text-muted-foreground">
          The last {SHOWN} of {matching.length}.
        </p>
      )}
      <ScrollRegion label="Events" className="max-h-[32rem] font-mono text-xs">
        <ol>
          {matching.slice(-SHOWN).map((event) => (
            <li key={event.id} className="border-b last:border-0">
              <details>
                <summary className="flex gap-3 py-1 hover:bg-muted">
                  <span className="text-muted-foreground">{event.id}</span>
                  <span>{event.type}</span>
                </summary>
                <pre className="bg-muted p-2 break-words whitespace-pre-wrap">
                  {JSON.stringify(event, null, 2)}
                </pre>
              </details>
            </li>
          ))}
        </ol>
      </ScrollRegion>
    </div>
  );
}

function copyAsCurl(workflowId: string): void {
  const command = `curl -N ${location.origin}/api/workflows/${workflowId}/events`;
  navigator.clipboard.writeText(command).then(
    () => toast.success('Copied', { description: command }),
    () => toast.error('The browser did not allow copying'),
  );
}
