import type { Drawing } from '@runtape/workflow-state/tape';
import { memo, type ReactNode, useId, useMemo } from 'react';
import { laneColor } from '../ui/lane-colors.ts';
import { STRIP_HEIGHT, tapePaths } from './tape-paths.ts';

const caps = {
  'workflow:completed': 'fill-good stroke-good',
  'workflow:failed': 'fill-bad stroke-bad',
  'workflow:cancelled': 'fill-card stroke-muted-foreground',
} as const;

/** The picture of the tape. The slider that contains it describes it in text. */
export const TapeDrawing = memo(function TapeDrawing(props: {
  readonly drawing: Drawing;
  readonly width: number;
}): ReactNode {
  const { drawing, width } = props;
  const hatch = useId();
  const paths = useMemo(() => tapePaths(drawing, width), [drawing, width]);
  return (
    <svg width={width} height={STRIP_HEIGHT} aria-hidden className="block overflow-visible">
      <defs>
        <pattern
          id={hatch}
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path d="M0 0V5" className="stroke-muted-foreground" strokeWidth="1.5" opacity="0.55" />
        </pattern>
      </defs>
      <path d={paths.quiets} className="fill-muted" />
      <path d={paths.pauses} fill={`url(#${hatch})`} />
      <path d={paths.steps} className="stroke-border" strokeWidth="1" />
      <path d={paths.flow} className="fill-primary/25 stroke-primary" strokeWidth="1" />
      <path d={paths.retries} className="stroke-warn" strokeWidth="1.5" strokeDasharray="3 2" />
      <path d={paths.tools} className="stroke-muted-foreground" strokeWidth="1.5" />
      {paths.own.map((marks, lane) => (
        // oxlint-disable-next-line react/no-array-index-key -- A lane is identified by its position.
        <path key={lane} d={marks} fill={laneColor(lane)} />
      ))}
      {paths.lanes.map(({ runs, failures }, lane) => (
        // oxlint-disable-next-line react/no-array-index-key -- A lane is identified by its position.
        <g key={lane} fill="none">
          <path d={runs} stroke={laneColor(lane)} strokeWidth="3" />
          <path d={failures} className="stroke-bad" strokeWidth="1.5" />
        </g>
      ))}
      <path d={paths.warnings} className="fill-warn stroke-card" strokeWidth="1" />
      <path d={paths.errors} className="stroke-bad" strokeWidth="2" fill="none" />
      {drawing.end !== null && (
        <rect
          x={width + 3}
          y="0.5"
          width="4"
          height={STRIP_HEIGHT - 1}
          rx="1.5"
          className={caps[drawing.end]}
        />
      )}
    </svg>
  );
});
