'use client';

import type { LogLine } from '@runtape/events';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { classes } from './classes.ts';

const NEAR_END_PX = 4;
const levels = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof levels)[number];

const colors: Readonly<Record<Level, string>> = {
  debug: 'opacity-70',
  info: '',
  warn: 'text-amber-700 dark:text-amber-300',
  error: 'text-red-700 dark:text-red-300',
};

export interface LogPaneProps {
  /** The last 200 lines, as `useWorkflowStream` returns them. */
  readonly logs: readonly LogLine[];
  /** The lowest level that is shown at first. Default: `info`. */
  readonly initialLevel?: Level | undefined;
  readonly className?: string | undefined;
}

/** Shows log lines from a level up, and stays at the newest line until the user scrolls back. */
export function LogPane({ logs, initialLevel = 'info', className }: LogPaneProps): ReactNode {
  const [least, setLeast] = useState<Level>(initialLevel);
  const [follows, setFollows] = useState(true);
  const region = useRef<HTMLElement>(null);
  const shown = logs.filter(({ level }) => levels.indexOf(level) >= levels.indexOf(least));
  // Only the pane is scrolled: `scrollIntoView` would move the page too.
  useLayoutEffect(() => {
    if (follows && region.current !== null) region.current.scrollTop = region.current.scrollHeight;
  });
  return (
    <div className={classes('space-y-3', className)}>
      <div className="flex flex-wrap items-center gap-4 text-sm">
        <label className="flex items-center gap-2 whitespace-nowrap">
          From level
          <select
            className="rounded-md border bg-transparent px-2 py-1"
            value={least}
            onChange={({ target }) => setLeast(levels.find((one) => one === target.value) ?? least)}
          >
            {levels.map((level) => (
              <option key={level}>{level}</option>
            ))}
          </select>
        </label>
        <label className="flex items-center gap-2 whitespace-nowrap">
          <input
            type="checkbox"
            checked={follows}
            onChange={({ target }) => setFollows(target.checked)}
          />
          Follow
        </label>
      </div>
      {shown.length === 0 ? (
        <p className="text-sm opacity-80">No log lines of this level.</p>
      ) : (
        <section
          ref={region}
          aria-label="Log lines"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- A scrollable region must be reachable by keyboard.
          tabIndex={0}
          className="max-h-[32rem] overflow-y-auto font-mono text-xs"
          onScroll={({ currentTarget }) => setFollows(isAtEnd(currentTarget))}
        >
          <ol className="space-y-1">
            {shown.map((line) => (
              <Line key={line.id} line={line} />
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

function Line({ line: { at, level, message, agentId } }: { readonly line: LogLine }): ReactNode {
  return (
    <li className="grid grid-cols-[4.5rem_3rem_minmax(0,1fr)] gap-2">
      <time dateTime={at} className="opacity-80">
        {new Date(at).toLocaleTimeString('en-GB')}
      </time>
      <span className={classes('font-medium', colors[level])}>{level}</span>
      <span className="break-words">
        {agentId !== undefined && <span className="opacity-80">{agentId}: </span>}
        {message}
      </span>
    </li>
  );
}

function isAtEnd({ scrollTop, clientHeight, scrollHeight }: Element): boolean {
  return scrollTop + clientHeight >= scrollHeight - NEAR_END_PX;
}
