import type { TapeHistory } from '@runtape/workflow-state/tape';
import { type ReactNode, useEffect } from 'react';
import { formatDuration } from '../format/duration.ts';
import { formatClock } from '../format/time.ts';
import { describeEvent } from './describe-event.ts';

/** A pointer that rests for so long, in ms, wants to know what happened there. */
const RESTS_MS = 100;
/** In px; the words keep so far from the ends of the tape, where they would be cut off. */
const HALF_OF_WORDS = 144;

/** What was where the pointer is: a line, and above it when that was and what happened. */
export function TapeTooltip(props: {
  readonly history: TapeHistory;
  /** Where the pointer is, of the width of the tape, from 0 to 1. */
  readonly part: number;
  readonly width: number;
  /** Is to read an event that is not here. */
  readonly lookAt: (index: number) => void;
}): ReactNode {
  const { history, part, width, lookAt } = props;
  const index = history.indexAt(part * history.lengthMs);
  const isHere = history.eventAt(index) !== null;
  useEffect(() => {
    if (isHere) return undefined;
    const timer = setTimeout(() => lookAt(index), RESTS_MS);
    return () => clearTimeout(timer);
  }, [isHere, index, lookAt]);
  const x = part * width;
  const half = Math.min(HALF_OF_WORDS, width / 2);
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0">
      <div className="absolute inset-y-0 w-px bg-foreground/40" style={{ left: x }} />
      <p
        className="absolute bottom-full mb-1 w-max max-w-72 -translate-x-1/2 truncate rounded-md border bg-popover px-2 py-1 text-xs tabular-nums shadow-lg"
        style={{ left: Math.min(width - half, Math.max(half, x)) }}
      >
        {wordsAt(history, part * history.lengthMs)}
      </p>
    </div>
  );
}

/** When a place of the tape was, and what happened there; in a silence that is drawn short, how long it was. */
function wordsAt(history: TapeHistory, place: number): string {
  const index = history.indexAt(place);
  const event = history.eventAt(index);
  const at = formatClock(history.timeAt(index));
  const isLast = index === history.length - 1;
  const silence = isLast ? 0 : history.timeAt(index + 1) - history.timeAt(index);
  const drawn = isLast ? 0 : history.placeOf(index + 1) - history.placeOf(index);
  if (silence > drawn && place > history.placeOf(index)) {
    const what = event?.type === 'workflow:paused' ? 'Paused' : 'Nothing happened';
    return `${what} for ${formatDuration(silence)} after ${at} (drawn shorter)`;
  }
  return event === null ? at : `${at} · ${describeEvent(event)}`;
}
