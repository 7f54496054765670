import type { TapeHistory } from '@runtape/workflow-state/tape';
import type { ReactNode } from 'react';
import { formatClock } from '../format/time.ts';

/** The minimum width for a time in the middle, in px. */
const MIN_MIDDLE_WIDTH = 360;

/**
 * The times at both ends and in the middle, which is not half of the duration if gaps are
 * shortened.
 */
export function TapeAxis(props: {
  readonly history: TapeHistory;
  readonly width: number;
}): ReactNode {
  const { history, width } = props;
  const { length, lengthMs } = history;
  if (length === 0) return null;
  const start = formatClock(history.timeAt(0));
  const end = formatClock(history.timeAt(length - 1));
  const middle = formatClock(history.timeAt(history.indexAt(lengthMs / 2)));
  const hasMiddle = width >= MIN_MIDDLE_WIDTH && middle !== start && middle !== end;
  return (
    <div
      aria-hidden
      className="flex h-4 items-end justify-between text-xs leading-none text-muted-foreground tabular-nums"
    >
      <span>{start}</span>
      {hasMiddle && <span>{middle}</span>}
      {end !== start && <span>{end}</span>}
    </div>
  );
}
