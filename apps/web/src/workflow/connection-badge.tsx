import type { ConnectionState } from '@runtape/client';
import type { WorkflowStream } from '@runtape/react';
import { type ReactNode, useState } from 'react';
import { useNow } from '../format/use-now.ts';
import { cn } from '../ui/class-names.ts';

const dots: Readonly<Record<ConnectionState['state'], string>> = {
  connecting: 'bg-muted-foreground',
  live: 'bg-good',
  reconnecting: 'bg-warn',
  polling: 'bg-warn',
  ended: 'bg-muted-foreground',
  failed: 'bg-bad',
};

/** How the page is connected: a dot and words. */
export function ConnectionBadge({ stream }: { readonly stream: WorkflowStream }): ReactNode {
  const { connection } = stream;
  return (
    <span className="inline-flex items-center gap-2 rounded-full border px-2.5 py-0.5 text-xs font-medium">
      <span aria-hidden className={cn('size-2 rounded-full', dots[connection.state])} />
      <output>
        {connection.state === 'reconnecting' ? (
          <Countdown key={`${connection.attempt} ${connection.inMs}`} {...connection} />
        ) : (
          words[connection.state]
        )}
      </output>
    </span>
  );
}

const words = {
  connecting: 'Connecting',
  live: 'Live',
  polling: 'Polling',
  ended: 'Ended',
  failed: 'Not connected',
} as const;

function Countdown({
  inMs,
  attempt,
}: {
  readonly inMs: number;
  readonly attempt: number;
}): ReactNode {
  const now = useNow(250);
  const [at] = useState(() => Date.now() + inMs);
  const seconds = Math.max(0, Math.ceil((at - now) / 1000));
  return `Reconnecting in ${seconds} s · attempt ${attempt}`;
}
