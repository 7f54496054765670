import type { ReactNode } from 'react';
import { formatDuration } from '../format/duration.ts';
import { formatCount } from '../format/numbers.ts';
import { formatClock } from '../format/time.ts';
import { describeEvent } from './describe-event.ts';
import type { TapeView } from './tape-store.ts';

/** One line about the state of the tape and the playhead. */
export function TapeStatus({ view }: { readonly view: TapeView }): ReactNode {
  const { history, index, problem, loading, hasAll, known, moment } = view;
  if (problem !== null)
    return <Line strong="That moment does not exist.">{problems[problem]}</Line>;
  if (loading.state === 'failed') {
    return <Line strong="The tape could not be read.">{loading.message}</Line>;
  }
  if (moment.kind === 'loading' || (!hasAll && loading.state === 'loading')) {
    const percent = known === 0 ? 0 : Math.floor((history.length / known) * 100);
    return (
      <Line strong={moment.kind === 'loading' ? 'Loading the moment …' : 'Loading the tape …'}>
        {percent} % of {formatCount(known)} events
      </Line>
    );
  }
  if (index !== null) {
    const event = history.eventAt(index);
    return (
      <Line strong={`As it was at ${formatClock(history.timeAt(index))}`}>
        event {formatCount(index + 1)} of {formatCount(history.length)}
        {event !== null && ` · ${describeEvent(event)}`}
      </Line>
    );
  }
  if (history.length === 0 && hasAll && known > 0) {
    return <Line>Earlier events are no longer stored</Line>;
  }
  if (history.length === 0) {
    return <Line>{known === 0 ? 'Nothing has happened yet' : `${formatCount(known)} events`}</Line>;
  }
  const span = history.timeAt(history.length - 1) - history.timeAt(0);
  return (
    <Line>
      {formatCount(history.length)} events in {formatDuration(span)}
    </Line>
  );
}

const problems = {
  malformed: 'The address does not name an event. The page shows the current state.',
  unknown: 'No event of this workflow has the id in the address. The page shows the current state.',
} as const;

function Line(props: { readonly strong?: string; readonly children: ReactNode }): ReactNode {
  const { strong, children } = props;
  return (
    <p className="truncate text-sm text-muted-foreground tabular-nums">
      {strong !== undefined && (
        <>
          <span className="font-medium text-foreground">{strong}</span> ·{' '}
        </>
      )}
      {children}
    </p>
  );
}
