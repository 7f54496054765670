import type { WorkflowSnapshot } from '@runtape/events';
import type { ReactNode } from 'react';
import { formatCount } from '../../format/numbers.ts';
import { laneColor } from '../../ui/lane-colors.ts';
import { JsonTree } from '../../ui/json-tree.tsx';

/** The workflow's own events: how many of each type, and the data of the last one. */
export function OwnEvents(props: {
  readonly custom: WorkflowSnapshot['custom'];
  /** The types in the order of their lanes on the tape. */
  readonly ownTypes: readonly string[];
}): ReactNode {
  const { custom, ownTypes } = props;
  return (
    <ul className="space-y-3">
      {Object.entries(custom).map(([type, { count, last }]) => (
        <li key={type} className="min-w-0">
          <div className="flex items-baseline gap-2 text-sm">
            <span
              aria-hidden
              className="size-2 shrink-0 rounded-full"
              style={{ background: laneColor(Math.max(0, ownTypes.indexOf(type))) }}
            />
            <span className="min-w-0 font-medium break-words">{type}</span>
            <span className="ml-auto text-muted-foreground tabular-nums">{formatCount(count)}</span>
          </div>
          {last.isLeftOut ? (
            <p className="pl-4 text-xs text-muted-foreground">
              The last one is large: see the tab Events.
            </p>
          ) : (
            <JsonTree value={last.data} label="last" />
          )}
        </li>
      ))}
    </ul>
  );
}
