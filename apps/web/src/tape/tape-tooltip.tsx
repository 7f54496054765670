import type { TapeHistory } from '@runtape/workflow-state/tape';
import { type ReactNode, useEffect } from 'react';
import { formatDuration } from '../format/duration.ts';
import { formatClock } from '../format/time.ts';
import { describeEvent } from './describe-event.ts';

/** How long the pointer has to rest before its event is loaded, in ms. */
const REST_MS = 100;
/** The minimum distance of the text's centre from the ends of the tape, in px. */
const MIN_MARGIN = 144;

/** A line at the pointer, and above it the time and the event. */
export function TapeTooltip(props: {
  readonly history: TapeHistory;
  /** The position on the tape, from 0 to 1. */
  readonly part: number;
  readonly width: number;
  /** Loads a missing event. */
  readonly loadAround: (index: number) => void;
}): ReactNode {
  const { history, part, width, loadAround } = props;
  const index = history.indexAt(part * history.lengthMs);
  const isLoaded = history.eventAt(index) !== null;
  useEffect(() => {
    if (isLoaded) return undefined;
    const timer = setTimeout(() => loadAround(index), REST_MS);
    return () => clearTimeout(timer);
  }, [isLoaded, index, loadAround]);
  const x = part * width;
  const margin = Math.min(MIN_MARGIN, width / 2);
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0">
      <div className="absolute inset-y-0 w-px bg-foreground/40" style={{ left: x }} />
      <p
        className="absolute bottom-full mb-1 w-max max-w-72 -translate-x-1/2 truncate rounded-md border bg-popover px-2 py-1 text-xs tabular-nums shadow-lg"
        style={{ left: Math.min(width - margin, Math.max(margin, x)) }}
      >
        {describeAt(history, part * history.lengthMs)}
      </p>
    </div>
  );
}

/** The time and event at a position of the tape; in a shortened gap, its real length. */
function describeAt(history: TapeHistory, position: number): string {
  const index = history.indexAt(position);
  const event = history.eventAt(index);
  const at = formatClock(history.timeAt(index));
  const isLast = index === history.length - 1;
  const silence = isLast ? 0 : history.timeAt(index + 1) - history.timeAt(index);
  const drawn = isLast ? 0 : history.positionOf(index + 1) - history.positionOf(index);
  if (silence > drawn && position > history.positionOf(index)) {
    const what = event?.type === 'workflow:paused' ? 'Paused' : 'Nothing happened';
    return `${what} for ${formatDuration(silence)} after ${at} (drawn shorter)`;
  }
  return event === null ? at : `${at} · ${describeEvent(event)}`;
}
