import { MARK } from '@runtape/events';
import { MAX_OWN_LANES, QUIET, type TapeHistory } from '@runtape/workflow-state/tape';
import type { CSSProperties, ReactNode } from 'react';
import { laneColor } from '../ui/lane-colors.ts';
import type { TapeView } from './tape-store.ts';

/** Lanes and shortened gaps. Small screens have the list of agents and the tooltip instead. */
export function TapeLegend({ view }: { readonly view: TapeView }): ReactNode {
  const { history } = view;
  const { lanes, ownTypes } = history;
  const marks = allMarks(history);
  const [isPaused, isQuiet] = [(marks & MARK.pause) !== 0, (marks & QUIET) !== 0];
  if (lanes.length + ownTypes.length === 0 && !isPaused && !isQuiet) return null;
  return (
    <ul
      aria-label="Legend of the tape"
      className="hidden min-w-0 gap-3 overflow-hidden text-xs text-muted-foreground lg:flex"
    >
      {lanes.map(({ role, name }, lane) => (
        <li key={role} className="flex items-center gap-1.5">
          <span
            aria-hidden
            className="h-1 w-3 rounded-full"
            style={{ background: laneColor(lane) }}
          />
          {name}
        </li>
      ))}
      <OwnTypes types={ownTypes} />
      {isQuiet && (
        <LegendItem
          name="Idle time, shortened"
          title="Nothing happened here. The gap is drawn shorter than it was."
          look={{ background: 'var(--muted)' }}
        />
      )}
      {isPaused && (
        <LegendItem
          name="Pause"
          title="The workflow was paused here. A long pause is drawn shorter than it was."
          look={{
            background:
              'repeating-linear-gradient(135deg, var(--muted-foreground) 0 1px, transparent 1px 4px)',
          }}
        />
      )}
    </ul>
  );
}

/** The workflow's own event types, each with the colour of its marks. */
function OwnTypes({ types }: { readonly types: readonly string[] }): ReactNode {
  return types.slice(0, MAX_OWN_LANES).map((type, lane) => (
    <li key={type} className="flex max-w-40 items-center gap-1.5">
      <span
        aria-hidden
        className="size-2 shrink-0 rotate-45"
        style={{ background: laneColor(lane) }}
      />
      <span className="truncate">
        {type}
        {lane === MAX_OWN_LANES - 1 && types.length > MAX_OWN_LANES && ' and others'}
      </span>
    </li>
  ));
}

function LegendItem(props: {
  readonly name: string;
  readonly title: string;
  readonly look: CSSProperties;
}): ReactNode {
  return (
    <li className="flex items-center gap-1.5" title={props.title}>
      <span aria-hidden className="size-3 rounded-xs border" style={props.look} />
      {props.name}
    </li>
  );
}

function allMarks(history: TapeHistory): number {
  return history.length === 0 ? 0 : history.draw(1).marks.reduce((all, marks) => all | marks, 0);
}
