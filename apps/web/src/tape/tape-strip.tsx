import { clsx } from 'clsx';
import type { ConnectionState } from '@runtape/client';
import {
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { formatCount } from '../format/numbers.ts';
import { formatClock } from '../format/time.ts';
import { TAPE_ID } from '../ui/skip-links.tsx';
import { describeEvent } from './describe-event.ts';
import { TapeAxis } from './tape-axis.tsx';
import { TapeDrawing } from './tape-drawing.tsx';
import { handleTapeKey } from './tape-keys.ts';
import { STRIP_HEIGHT } from './tape-paths.ts';
import type { TapeStore, TapeView } from './tape-store.ts';
import { TapeTooltip } from './tape-tooltip.tsx';

const MAX_COLUMNS = 600;
/** The minimum width of a column, in px. */
const MIN_COLUMN_PX = 2;

/** A slider over the events. */
export function TapeStrip(props: {
  readonly store: TapeStore;
  readonly view: TapeView;
  readonly connection: ConnectionState['state'];
}): ReactNode {
  const { store, view, connection } = props;
  const { history, version, index, position } = view;
  const strip = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const width = useWidth(strip);
  const columns = Math.max(1, Math.min(MAX_COLUMNS, Math.floor(width / MIN_COLUMN_PX)));
  // A moving playhead does not redraw the tape, since history and length stay the same.
  const { length } = history;
  const drawing = useMemo(
    () => (length === 0 || width === 0 ? null : history.draw(columns)),
    [history, length, columns, width],
  );
  const isAtTail = index === null || history.lengthMs === 0;
  const left = isAtTail ? width : Math.min(width, (position / history.lengthMs) * width);
  const partAt = ({ clientX }: PointerEvent): number | null => {
    const box = strip.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return null;
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width));
  };
  const seek = (event: PointerEvent): void => {
    const part = partAt(event);
    if (part !== null) store.seekPosition(part * store.getView().history.lengthMs);
  };
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- A range input cannot show a picture, nor play on a key.
      role="slider"
      id={TAPE_ID}
      tabIndex={0}
      aria-label="Tape"
      aria-valuemin={1}
      aria-valuemax={Math.max(1, length)}
      aria-valuenow={index === null ? Math.max(1, length) : index + 1}
      aria-valuetext={valueText(view, connection)}
      aria-describedby="tape-keys"
      data-version={version}
      className="relative cursor-ew-resize touch-pan-y rounded-md px-2 -outline-offset-2 select-none"
      onKeyDown={(event) => {
        if (handleTapeKey(store, event)) event.preventDefault();
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        store.hold();
        seek(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(event);
        // A finger would hide the tooltip.
        if (event.pointerType === 'mouse') setPointed(partAt(event));
      }}
      onPointerLeave={() => setPointed(null)}
    >
      <div ref={strip} className="relative border-b" style={{ height: STRIP_HEIGHT + 3 }}>
        {drawing !== null && (
          <div className={clsx('absolute inset-0', !view.hasAll && 'opacity-50')}>
            <TapeDrawing drawing={drawing} width={width} />
          </div>
        )}
        {drawing !== null && (
          <>
            {/* Dims the events after this moment. */}
            <div className="absolute inset-y-0 right-0 bg-card/65" style={{ left }} />
            <div
              className="absolute inset-y-0 w-0.5 -translate-x-1/2 bg-foreground"
              style={{ left }}
            >
              <div className="absolute -top-1 left-1/2 size-2.5 -translate-x-1/2 rounded-full bg-foreground ring-2 ring-card" />
            </div>
          </>
        )}
        {drawing !== null && pointed !== null && (
          <TapeTooltip
            history={history}
            part={pointed}
            width={width}
            loadAround={store.loadAround}
          />
        )}
      </div>
      <TapeAxis history={history} width={width} />
    </div>
  );
}

function valueText(view: TapeView, connection: ConnectionState['state']): string {
  const { history, index, isPlaying, moment } = view;
  if (history.length === 0) return 'The tape is empty';
  if (index === null) {
    return moment.kind === 'loading' ? 'Loading the moment' : tailLabel(view, connection);
  }
  // While playing, the description of each event would be interrupted by the next.
  if (isPlaying) return `Playing at ${view.speed} times the original speed`;
  const event = history.eventAt(index);
  const description = event === null ? '' : `: ${describeEvent(event)}`;
  const position = `event ${formatCount(index + 1)} of ${formatCount(history.length)}`;
  return `${formatClock(history.timeAt(index))}, ${position}${description}`;
}

/** The current width of an element, in px; 0 before it is rendered. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.floor(measured.clientWidth)));
    observer.observe(measured);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

const labels = {
  connecting: 'Connecting',
  live: 'Live',
  polling: 'Live',
  ended: 'Live',
  reconnecting: 'Reconnecting',
  failed: 'Not connected',
} as const satisfies Record<ConnectionState['state'], string>;

/** The label of the tail. A workflow is live as long as its events arrive. */
export function tailLabel(
  { hasEnded }: Pick<TapeView, 'hasEnded'>,
  connection: ConnectionState['state'],
): string {
  return hasEnded ? 'End' : labels[connection];
}
