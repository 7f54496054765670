import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatClock } from '../format/time.ts';
import type { PastMoment } from './moment.ts';

/** Says that the page shows the past, and leads back. */
export function PastBadge(props: {
  readonly moment: PastMoment;
  readonly hasEnded: boolean;
  readonly toNow: () => void;
}): ReactNode {
  const { moment, hasEnded, toNow } = props;
  return (
    <span className="inline-flex items-center gap-1.5 rounded-full border border-primary/50 bg-primary/10 px-2.5 py-0.5 text-xs font-medium text-foreground">
      <History aria-hidden className="size-3.5" />
      As it was at {formatClock(moment.at)}
      {/* On a phone the tape has a button for it, and here it would not fit in the line. */}
      <span className="hidden sm:inline">
        {'· '}
        <button type="button" className="underline underline-offset-2" onClick={toNow}>
          Back to {hasEnded ? 'the end' : 'live'}
        </button>
      </span>
    </span>
  );
}
